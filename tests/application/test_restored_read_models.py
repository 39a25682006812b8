"""Read models over a restore: what an epoch explains is passed over, and nothing else."""

from collections.abc import Generator
from datetime import date
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from application.projection import Projection
from application.projections import PROJECTIONS
from application.query_ports import LostPositionError, OutdatedReadModelError
from application.rebuild import Rebuild
from application.rebuild_ports import Progress
from application.status_ports import ProjectionStatus
from application.verify import verify
from domain.document import encode
from infrastructure.database import Database
from infrastructure.delivery_record import PostgresDeliveryRecord
from infrastructure.mapper import EventMapper
from infrastructure.projection_statuses import PostgresProjectionStatuses
from infrastructure.rebuild_session import PostgresRebuildSession
from infrastructure.timeline_events import PostgresTimelineEvents
from infrastructure.tracking import ASTRAY
from infrastructure.work_order_names import PostgresWorkOrderNames
from tests.application.lost_events import LostEvents
from tests.application.read_side import ReadSide
from tests.commands import reporting

CURRENT, SEARCH, TIMELINE, HEALTH = PROJECTIONS
FIRST = 1_000_001


@pytest.fixture
def session(database: Database) -> Generator[PostgresRebuildSession]:
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        yield session


@pytest.fixture
def lost(database: Database) -> LostEvents:
    return LostEvents(database)


@pytest.fixture
def feed(database: Database) -> PostgresTimelineEvents:
    return PostgresTimelineEvents(database)


def report(writer: JournalWriter, client_id: UUID, *trades: str) -> None:
    """Report work orders 1 to 3 in turn, each trade the other one."""
    for number, trade in enumerate(trades):
        told = encode({"Object": {"Id": number % 3 + 1, "Trade": trade}})
        writer.write([reporting(client_id, number % 3 + 1, told)])


@pytest.fixture
def followed(writer: JournalWriter, read_side: ReadSide, client_id: UUID) -> ReadSide:
    """Read models of the first six of nine reports."""
    report(writer, client_id, "A", "B", "C", "D", "E", "F")
    read_side.catch_up()
    report(writer, client_id, "L1", "L2", "L3")
    return read_side


@pytest.fixture
def restored(
    followed: ReadSide, lost: LostEvents, writer: JournalWriter, client_id: UUID
) -> ReadSide:
    """The same, restored to the sixth report, and three reports of the new epoch."""
    lost.behind(6)
    lost.restored(last_position=FIRST - 1)
    report(writer, client_id, "N1", "N2", "N3")
    return followed


@pytest.fixture
def ahead(followed: ReadSide, lost: LostEvents) -> ReadSide:
    """Read models of all nine reports, of a log that was put back to the sixth."""
    followed.catch_up()
    lost.behind(6)
    return followed


def statuses(database: Database) -> dict[str, ProjectionStatus]:
    return {status.name: status for status in PostgresProjectionStatuses(database).statuses()}


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda told: told.name)
def test_the_projector_passes_over_what_was_lost(
    session: PostgresRebuildSession, restored: ReadSide, projection: Projection
) -> None:
    restored.catch_up()
    assert restored.position(projection.name) == FIRST + 3
    verdict = verify(session, projection, lambda _: None)
    assert verdict.is_equal
    assert (verdict.position, verdict.hole) == (FIRST + 3, None)


def test_lag_is_of_events_and_not_of_what_was_lost(database: Database, restored: ReadSide) -> None:
    before = statuses(database)["timeline"]
    assert (before.lag_events, before.error) == (4, None)
    assert before.lag_seconds > 0
    restored.catch_up()
    after = statuses(database)["timeline"]
    assert (after.lag_events, after.lag_seconds) == (0, 0.0)
    assert after.rate < 1_000


def test_whoever_reads_them_is_told_of_events_too(
    database: Database, restored: ReadSide, client_id: UUID
) -> None:
    record, names = PostgresDeliveryRecord(database), PostgresWorkOrderNames(database)

    def told() -> list[int]:
        return [
            record.seen(client_id).lag_events,
            record.days([client_id], date(2026, 1, 1)).lag_events,
            names.bearing(client_id, "Number", {"N1"}).lag_events,
        ]

    assert told() == [4, 4, 4]
    restored.catch_up()
    assert told() == [0, 0, 0]


@pytest.mark.parametrize("page", [1, 2, 3, 1_000])
def test_what_is_rebuilt_over_a_restore_equals_what_was_followed(
    session: PostgresRebuildSession,
    restored: ReadSide,
    page: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("application.projector.PAGE", page)
    monkeypatch.setattr("application.rebuild._PAGE", page)
    restored.catch_up()
    before = {told.name: restored.rows(told.name) for told in PROJECTIONS}
    told: list[Progress] = []
    Rebuild(session, PROJECTIONS, told.append).run()
    assert {it.name: restored.rows(it.name) for it in PROJECTIONS} == before
    assert {progress.total for progress in told} == {10}
    assert told[-1].done == 10


def test_what_is_verified_is_no_further_than_what_it_is_compared_with(
    session: PostgresRebuildSession, restored: ReadSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(progress: Progress) -> None:
        if progress.phase == "indexing":
            with restored.projector([TIMELINE]) as projector:
                projector.round()

    monkeypatch.setattr("application.projector.PAGE", 1)
    verdict = verify(session, TIMELINE, meanwhile)
    assert (verdict.is_equal, verdict.position) == (True, FIRST)


@pytest.mark.parametrize(
    ("damage", "hole"),
    [
        (f"DELETE FROM event_log WHERE position = {FIRST}", 7),
        ("DELETE FROM event_log WHERE position = 6", 6),
        ("DELETE FROM event_log WHERE position = 3", 3),
        (f"DELETE FROM event_log WHERE position = {FIRST + 1}", FIRST + 1),
        ("UPDATE event_log SET position = 500 WHERE position = 3", 3),
        (f"UPDATE event_log SET position = 500 WHERE position = {FIRST + 3}", 7),
        (f"UPDATE event_log SET position = {FIRST - 1} WHERE position = {FIRST}", 7),
    ],
)
def test_a_hole_that_no_epoch_explains_is_found(
    session: PostgresRebuildSession, restored: ReadSide, damage: str, hole: int
) -> None:
    restored.catch_up()
    restored.execute(damage)
    assert session.first_hole() == hole


def test_the_projector_stops_before_a_hole_that_no_epoch_explains(restored: ReadSide) -> None:
    restored.execute("DELETE FROM event_log WHERE position = 6")
    restored.execute("UPDATE projection_generations SET position = 5")
    restored.catch_up()
    assert restored.position("timeline") == 5


@pytest.mark.parametrize("is_recorded", [True, False])
def test_a_read_model_that_is_ahead_of_the_log_is_stopped_until_it_is_rebuilt(
    database: Database,
    session: PostgresRebuildSession,
    ahead: ReadSide,
    lost: LostEvents,
    writer: JournalWriter,
    client_id: UUID,
    is_recorded: bool,
) -> None:
    if is_recorded:
        first = lost.restored(last_position=6 + 1).epoch.restored.first_position
        # The read models tell that there were nine.
        assert first == 10
        report(writer, client_id, "N1", "N2")
    ahead.catch_up()

    told = statuses(database)
    assert [ahead.position(it.name) for it in PROJECTIONS] == [9] * 4
    assert {it.error for it in told.values()} == {ASTRAY}
    assert not verify(session, TIMELINE, lambda _: None).is_equal

    Rebuild(session, PROJECTIONS, lambda _: None).run()
    ahead.catch_up()
    assert {it.error for it in statuses(database).values()} == {None}
    for projection in PROJECTIONS:
        assert verify(session, projection, lambda _: None).is_equal
    trades = [row["trade"] for row in ahead.rows("activity_search")]
    assert sorted(trades) == (["F", "N1", "N2"] if is_recorded else ["D", "E", "F"])


def test_nothing_is_told_from_a_read_model_that_is_ahead_of_the_log(
    ahead: ReadSide, feed: PostgresTimelineEvents, client_id: UUID
) -> None:
    assert ahead.position("timeline") == 9
    with pytest.raises(OutdatedReadModelError, match="before it was restored"):
        feed.page(client_id, None, 0, 10)


def test_states_of_what_was_lost_are_in_no_other_read_model(
    session: PostgresRebuildSession,
    ahead: ReadSide,
    lost: LostEvents,
    writer: JournalWriter,
    client_id: UUID,
) -> None:
    Rebuild(session, [TIMELINE], lambda _: None).run()
    lost.restored(last_position=9)
    report(writer, client_id, "N1", "N2", "N3")
    ahead.catch_up([TIMELINE])
    # The states of what was lost are at the very version that is now wanted.
    report(writer, client_id, "O1", "O2", "O3")
    ahead.catch_up([TIMELINE])

    changes = [bytes(row["changes"]).decode() for row in ahead.rows("timeline")]
    assert [told for told in changes[-3:] if '"From":"N' in told] == changes[-3:]
    assert verify(session, TIMELINE, lambda _: None).is_equal


def test_who_follows_from_what_was_lost_is_told_so(
    restored: ReadSide, feed: PostgresTimelineEvents, client_id: UUID
) -> None:
    restored.catch_up()
    for position in (7, 9, FIRST - 1):
        with pytest.raises(LostPositionError, match=rf"between positions 6 and {FIRST}\."):
            feed.page(client_id, None, position, 10)
    assert [row.position for row in feed.page(client_id, None, 5, 10).rows] == [
        6, FIRST + 1, FIRST + 2, FIRST + 3,
    ]  # fmt: skip
    for position in (6, FIRST, FIRST + 1):
        rows = feed.page(client_id, None, position, 10).rows
        assert [row.position for row in rows][-1] == FIRST + 3
    assert not feed.page(client_id, None, FIRST + 3, 10).rows


def test_who_follows_from_what_was_lost_is_told_so_before_the_read_model_is_there(
    restored: ReadSide, feed: PostgresTimelineEvents, client_id: UUID
) -> None:
    assert restored.position("timeline") == 6
    with pytest.raises(LostPositionError):
        feed.page(client_id, None, 8, 10)
    assert feed.page(client_id, None, 6, 10).end == 6
