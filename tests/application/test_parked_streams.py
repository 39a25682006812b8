"""What a projection cannot take: its stream waits in that read model, and nothing else does."""

from collections.abc import Generator, Sequence
from typing import Any
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from application.projection import Projection
from application.projections import PROJECTIONS
from application.projections.timeline import Timeline
from application.read_model_ports import Row
from application.rebuild import Rebuild
from application.rebuild_ports import Progress
from application.retry import Retried, retry
from application.verify import Verdict, verify
from domain.document import encode
from domain.history import Moment
from domain.identity import activity_stream
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.projection_statuses import PostgresProjectionStatuses
from infrastructure.rebuild_session import PostgresRebuildSession
from tests.application.read_side import ORDERED_BY, ReadSide
from tests.commands import reporting

POISON = "poison"


@pytest.fixture
def session(database: Database) -> Generator[PostgresRebuildSession]:
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        yield session


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.projector.PAGE", 3)


class PickyTimeline(Timeline):
    """A timeline whose fold fails on one word, or whose rows the table refuses for it."""

    def __init__(self, *, in_the_table: bool) -> None:
        self._in_the_table = in_the_table

    def rows(self, moments: Sequence[Moment]) -> list[Row]:
        return [self._picked(row) for row in super().rows(moments)]

    def _picked(self, row: Row) -> Row:
        if POISON.encode() not in row[-1]:
            return row
        if self._in_the_table:
            # PostgreSQL's texts hold no NUL.
            return tuple(f"\0{value}" if isinstance(value, str) else value for value in row)
        raise RuntimeError(f"the sender said {POISON}")


def projections(timeline: Projection) -> list[Projection]:
    return [timeline if told.name == "timeline" else told for told in PROJECTIONS]


def write(writer: JournalWriter, client_id: UUID, work_order_id: int, trade: str) -> None:
    told = encode({"Object": {"Id": work_order_id, "Trade": trade}})
    writer.write([reporting(client_id, work_order_id, told)])


def write_some(writer: JournalWriter, client_id: UUID) -> None:
    """Poison comes at position 4, on the stream of work order 2."""
    for work_order_id, trade in [
        (1, "a"), (2, "b"), (3, "c"), (2, POISON), (1, "e"), (2, "f"), (3, "g"),
    ]:  # fmt: skip
        write(writer, client_id, work_order_id, trade)


def verdicts(session: PostgresRebuildSession) -> dict[str, Verdict]:
    return {told.name: verify(session, told, lambda _: None) for told in PROJECTIONS}


def all_rows(read_side: ReadSide) -> dict[str, list[dict[str, Any]]]:
    return {name: read_side.rows(name) for name in ORDERED_BY}


@pytest.mark.parametrize("in_the_table", [False, True], ids=["in the fold", "in the table"])
def test_a_stream_waits_where_its_event_cannot_be_taken(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    in_the_table: bool,
) -> None:
    write_some(writer, client_id)
    read_side.catch_up(projections(PickyTimeline(in_the_table=in_the_table)))
    write(writer, client_id, 2, "h")
    read_side.catch_up(projections(PickyTimeline(in_the_table=in_the_table)))

    assert [row["position"] for row in read_side.rows("timeline")] == [1, 2, 3, 5, 7]
    [(stream_id, position, problem)] = read_side.parked("timeline")
    assert (stream_id, position) == (activity_stream(client_id, 2), 4)
    assert POISON not in problem
    assert read_side.parked("activity_search") == []
    assert {name: read_side.position(name) for name in ORDERED_BY} == dict.fromkeys(ORDERED_BY, 8)
    found = verdicts(session)
    assert all(verdict.is_equal for verdict in found.values())
    assert (found["timeline"].parked, found["activity_search"].parked) == (1, 0)

    assert retry(session, PROJECTIONS[2]) == Retried(resumed=1, parked=0)
    assert [row["position"] for row in read_side.rows("timeline")] == list(range(1, 9))
    assert read_side.parked("timeline") == []
    write(writer, client_id, 2, "i")
    read_side.catch_up()
    assert len(read_side.rows("timeline")) == 9
    assert all(verdict.is_equal and not verdict.parked for verdict in verdicts(session).values())


def test_a_projector_that_runs_meanwhile_lets_resumed_streams_go_on(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    """It knows which streams waited when it last looked, and finds out that they no longer do."""
    with read_side.projector(projections(PickyTimeline(in_the_table=False))) as picky:
        write_some(writer, client_id)
        while picky.round():
            pass
        retry(session, PROJECTIONS[2])
        write(writer, client_id, 2, "h")
        while picky.round():
            pass
    assert [row["position"] for row in read_side.rows("timeline")] == list(range(1, 9))


@pytest.mark.parametrize("damage", ["state", "name"])
def test_an_event_that_cannot_be_read_parks_its_stream_everywhere(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    damage: str,
) -> None:
    write_some(writer, client_id)
    read_side.execute("CREATE TABLE aside AS SELECT * FROM event_log WHERE position = 4")
    read_side.execute(
        "UPDATE event_log SET state = '\\x00' WHERE position = 4"
        if damage == "state"
        else "UPDATE event_log SET name = 'work-order.reported.v9' WHERE position = 4"
    )
    read_side.catch_up()

    stream = activity_stream(client_id, 2)
    for name in ORDERED_BY:
        assert [(row[0], row[1]) for row in read_side.parked(name)] == [(stream, 4)]
        assert read_side.position(name) == 7
    [day] = read_side.rows("delivery_health")
    assert day["reports"] == 5
    parked = all_rows(read_side)
    assert all(verdict.is_equal and verdict.parked == 1 for verdict in verdicts(session).values())
    assert retry(session, PROJECTIONS[0]) == Retried(resumed=0, parked=1)
    assert all_rows(read_side) == parked

    read_side.execute(
        "UPDATE event_log SET state = aside.state, name = aside.name FROM aside"
        " WHERE event_log.position = aside.position"
    )
    for projection in PROJECTIONS:
        assert retry(session, projection) == Retried(resumed=1, parked=0)
    resumed = all_rows(read_side)
    Rebuild(session, PROJECTIONS, lambda _: None).run()
    assert all_rows(read_side) == resumed
    assert len(resumed["timeline"]) == 7


def test_a_rebuild_parks_what_following_parked(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    picky = projections(PickyTimeline(in_the_table=True))
    write_some(writer, client_id)
    read_side.catch_up(picky)
    followed, parked = all_rows(read_side), read_side.parked("timeline")
    Rebuild(session, picky, lambda _: None).run()

    assert all_rows(read_side) == followed
    assert read_side.parked("timeline") == parked


def test_a_stream_waits_since_it_was_parked_first_whatever_is_tried_in_vain(
    session: PostgresRebuildSession,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    picky = PickyTimeline(in_the_table=False)
    statuses = PostgresProjectionStatuses(database)
    write_some(writer, client_id)
    read_side.catch_up(projections(picky))
    [first] = statuses.parked()

    assert retry(session, picky) == Retried(resumed=0, parked=1)
    assert statuses.parked() == [first]
    Rebuild(session, projections(picky), lambda _: None).run()
    assert statuses.parked() == [first]
    assert retry(session, Timeline()) == Retried(resumed=1, parked=0)
    assert statuses.parked() == []

    write(writer, client_id, 2, POISON)
    read_side.catch_up(projections(picky))
    [again] = statuses.parked()
    assert again.since > first.since


def test_a_stream_that_goes_on_during_a_verification_makes_no_difference(
    database: Database,
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    write_some(writer, client_id)
    read_side.catch_up(projections(PickyTimeline(in_the_table=False)))

    def meanwhile(_: Progress) -> None:
        with PostgresRebuildSession.connected(database, EventMapper()) as other:
            retry(other, PROJECTIONS[2])

    verdict = verify(session, PROJECTIONS[2], meanwhile)
    assert (verdict.is_equal, verdict.parked, verdict.comparison.rows) == (True, 0, 7)
