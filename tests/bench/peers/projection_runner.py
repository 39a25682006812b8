"""Peer *runner*: the library's projection runner on the library's own log, one event at a time.

`python -m tests.bench.peers.projection_runner EVENTS` fills the log and prints the seconds that
following all of it took; the settings of its recorders are in the environment.
"""

import sys
import time
from typing import Any

import msgspec
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from tests.bench.peers.stock import WorkOrder, WorkOrders
from tests.bench.webhook import LOWEST_WORK_ORDER, Bodies, new_run

_AT_ONCE = 50
_LONGEST_SECONDS = 600.0


class FoundWorkOrders(PostgresTrackingRecorder):
    """Work orders and what they are found by."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        table = Identifier(datastore.schema, "found_work_orders")
        self.sql_create_statements.append(
            SQL(
                "CREATE TABLE IF NOT EXISTS {} (work_order_id bigint PRIMARY KEY, status text,"
                " trade text, priority text, location_id bigint, description text)"
            ).format(table)
        )
        self._upsert = SQL(
            "INSERT INTO {} VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (work_order_id)"
            " DO UPDATE SET status = excluded.status, trade = excluded.trade,"
            " priority = excluded.priority, location_id = excluded.location_id,"
            " description = excluded.description"
        ).format(table)

    def find(self, told: dict[str, Any], tracking: Tracking) -> None:
        """Note what a work order is found by, and how far the log was followed."""
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                self._upsert,
                (
                    *(told["Id"], told["Status"]["Primary"], told["Trade"], told["Priority"]),
                    *(told["LocationId"], told["Description"]),
                ),
            )


class FindingWorkOrders(Projection[FoundWorkOrders]):
    """Follows reports of work orders."""

    name = "finding"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        """Note what an event tells."""
        self.view.find(msgspec.json.decode(domain_event.body)["Object"], tracking)


def main(events: int) -> None:
    """Fill the log, follow it, and print how long that took."""
    last = _fill(events)
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=WorkOrders,
        projection_class=FindingWorkOrders,
        view_class=FoundWorkOrders,
    ) as runner:
        runner.wait(last, timeout=_LONGEST_SECONDS)
    sys.stdout.write(f"{time.perf_counter() - began:.3f}\n")


def _fill(events: int) -> int:
    work_orders, bodies, last = WorkOrders(), Bodies(new_run()), 0
    for first in range(0, events, _AT_ONCE):
        numbers = range(LOWEST_WORK_ORDER + first, LOWEST_WORK_ORDER + first + _AT_ONCE)
        told = [WorkOrder(number, bodies.body(number, number).decode()) for number in numbers]
        last = work_orders.save(*told)[-1].notification.id
    work_orders.close()
    return last


if __name__ == "__main__":
    main(int(sys.argv[1]))
