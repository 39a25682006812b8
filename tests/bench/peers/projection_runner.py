"""Peer *runner*: the library's projection runner on the library's own log, one event at a time.

It keeps activity search as we do, in a table with the same columns and indexes.

`python -m tests.bench.peers.projection_runner EVENTS REPORTS_EACH` fills the log and prints the
seconds that following all of it took; the settings of its recorders are in the environment.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import msgspec
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Composed, Identifier

from domain.words import words_of
from infrastructure.activity_search import ACTIVITY_SEARCH
from tests.bench.peers.stock import WorkOrder, WorkOrders
from tests.bench.webhook import LOWEST_WORK_ORDER, Bodies, new_run

_AT_ONCE = 50
_LOOK_SECONDS = 0.1
_MOST_LOOKS = 6_000
_GENERATION = "runner"
_CLIENT = uuid4()


class FoundWorkOrders(PostgresTrackingRecorder):
    """Work orders and what they are found by."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self._upsert = _upsert(datastore.schema)

    def create_table(self) -> None:
        """Make the table, with all its indexes."""
        super().create_table()
        with self.datastore.transaction(commit=True) as cursor:
            schema = Identifier(self.datastore.schema)
            cursor.execute(SQL("SET LOCAL search_path TO {}").format(schema))
            ACTIVITY_SEARCH.create(cursor, _GENERATION)  # type: ignore[arg-type]
            for statement in ACTIVITY_SEARCH.index_statements(_GENERATION):
                cursor.execute(statement)

    def find(self, row: tuple[object, ...], tracking: Tracking) -> None:
        """Note what a work order is found by, and how far the log was followed."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self._upsert, row)


class FindingWorkOrders(Projection[FoundWorkOrders]):
    """Follows reports of work orders."""

    name = "finding"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Note what an event tells."""
        told = msgspec.json.decode(domain_event.body)["Object"]
        self.view.find(_row(domain_event, told, tracking.notification_id), tracking)


def main(events: int, reports_each: int) -> None:
    """Fill the log, follow it, and print how long that took."""
    last = _fill(events, reports_each)
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=WorkOrders,
        projection_class=FindingWorkOrders,
        view_class=FoundWorkOrders,
    ) as runner:
        _wait(runner, last)
    sys.stdout.write(f"{time.perf_counter() - began:.3f}\n")


def _wait(runner: ProjectionRunner[Any, Any], last: int) -> None:
    # Let to wait for long it looks every 0.8 s only, of the few seconds that all of it takes.
    for _ in range(_MOST_LOOKS):
        with suppress(TimeoutError):
            runner.wait(last, timeout=_LOOK_SECONDS)
            return
    raise SystemExit("The runner did not come to the end of the log.")


def _upsert(schema: str) -> Composed:
    columns = list(ACTIVITY_SEARCH.columns)
    changes = [SQL("{0} = excluded.{0}").format(Identifier(name)) for name in columns[1:]]
    return SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}").format(
        Identifier(schema, f"{ACTIVITY_SEARCH.name}_{_GENERATION}"),
        SQL(", ").join(map(Identifier, columns)),
        SQL(", ").join([SQL("%s")] * len(columns)),
        Identifier(columns[0]),
        SQL(", ").join(changes),
    )


def _row(event: Any, told: dict[str, Any], position: int) -> tuple[object, ...]:
    texts = [told["Description"], *(note["NoteData"] for note in told["Notes"])]
    return (
        *(event.originator_id, _CLIENT, told["Id"], position, event.timestamp),
        *(told["UpdatedDate_DTO"], told["ScheduledDate"], event.originator_version),
        *(None, told["LocationId"], None, told["Number"], told["PurchaseNumber"]),
        *(told["Status"]["Primary"], told["Status"]["Extended"], told["Trade"]),
        *(told["Priority"], None, told["ScheduledDate"]),
        " ".join(words_of("\n".join(texts))),
    )


def _fill(events: int, reports_each: int) -> int:
    work_orders, last = WorkOrders(), 0
    known: dict[UUID, WorkOrder] = {}
    for number, body in _reports(events, reports_each):
        stream_id = WorkOrder.create_id(number)
        if stream_id in known:
            known[stream_id].report(body)
        else:
            known[stream_id] = WorkOrder(number, body)
        last = work_orders.save(known[stream_id])[-1].notification.id
    work_orders.close()
    return last


def _reports(events: int, reports_each: int) -> Iterator[tuple[int, str]]:
    bodies, orders = Bodies(new_run()), events // reports_each
    for count in range(events):
        number = LOWEST_WORK_ORDER + count % orders
        yield number, bodies.body(number, count).decode()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
