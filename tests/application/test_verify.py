"""Verifying: a read model equals a fold from zero, or the first differences are told."""

from collections.abc import Generator
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from application.projection import Projection
from application.projections import PROJECTIONS
from application.rebuild_ports import Progress
from application.verify import verify
from domain.document import encode
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.rebuild_session import PostgresRebuildSession
from tests.application.read_side import ReadSide
from tests.commands import opening, reporting

CURRENT, SEARCH, TIMELINE, HEALTH = PROJECTIONS


@pytest.fixture
def session(database: Database) -> Generator[PostgresRebuildSession]:
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        yield session


@pytest.fixture
def followed(writer: JournalWriter, read_side: ReadSide, client_id: UUID) -> ReadSide:
    """Read models of thirteen reports of three work orders, one of them followed."""
    for number in range(12):
        told = encode({"Object": {"Id": number % 3 + 1, "Trade": f"T{number}"}})
        writer.write([reporting(client_id, number % 3 + 1, told)])
    writer.write([opening(client_id, 3, 9), reporting(client_id, 3, b"{}")])
    read_side.catch_up()
    return read_side


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda told: told.name)
def test_what_was_followed_is_equal(
    session: PostgresRebuildSession, followed: ReadSide, projection: Projection
) -> None:
    verdict = verify(session, projection, lambda _: None)

    assert verdict.is_equal
    assert (verdict.position, verdict.parked, verdict.hole) == (14, 0, None)
    assert verdict.comparison.rows == len(followed.rows(projection.name))
    assert followed.tables() == {f"{told.name}_1" for told in PROJECTIONS}


@pytest.mark.parametrize(
    ("projection", "damage", "different", "columns", "positions"),
    [
        (SEARCH, "UPDATE activity_search_1 SET trade = 'X' WHERE work_order_id = 2", 1,
         {"trade": ("T10", "X")}, [2, 5, 8, 11]),
        (TIMELINE, "DELETE FROM timeline_1 WHERE position IN (4, 5)", 2, None, [1, 4]),
        (TIMELINE, "UPDATE timeline_1 SET late = true WHERE position = 9", 1,
         {"late": ("False", "True")}, [3, 6, 9]),
        (CURRENT, "UPDATE current_activities_1 SET version = 1 WHERE position = 14", 1,
         {"version": ("6", "1")}, [3, 6, 9, 12, 13, 14]),
        (HEALTH, "UPDATE delivery_health_1 SET reports = 11", 1,
         {"reports": ("13", "11")}, list(range(1, 15))),
    ],
)  # fmt: skip
def test_a_difference_is_told_with_the_events_behind_it(
    session: PostgresRebuildSession,
    followed: ReadSide,
    projection: Projection,
    damage: str,
    different: int,
    columns: dict[str, tuple[str, str]] | None,
    positions: list[int],
) -> None:
    followed.execute(damage)
    verdict = verify(session, projection, lambda _: None)

    assert not verdict.is_equal
    assert verdict.comparison.different == different
    first = verdict.comparison.first[0]
    assert first.positions == positions
    assert columns is None or first.columns == columns


def test_a_row_too_many_is_a_difference(
    session: PostgresRebuildSession, followed: ReadSide
) -> None:
    followed.execute(
        "INSERT INTO delivery_health_1"
        " SELECT client_id, sender, '2001-01-01', last_seen, null, 9, 1, 1, 1, 1, 1, 1, 1, 1"
        " FROM delivery_health_1"
    )
    verdict = verify(session, HEALTH, lambda _: None)

    assert verdict.comparison.different == 1
    assert verdict.comparison.first[0].key["day"] == "2001-01-01"


def test_a_hole_is_found(session: PostgresRebuildSession, followed: ReadSide) -> None:
    followed.execute("DELETE FROM event_log WHERE position = 7")
    assert verify(session, HEALTH, lambda _: None).hole == 7
    followed.execute("DELETE FROM event_log WHERE position = 1")
    assert verify(session, HEALTH, lambda _: None).hole == 1


def test_what_is_written_meanwhile_makes_no_difference(
    session: PostgresRebuildSession,
    followed: ReadSide,
    writer: JournalWriter,
    client_id: UUID,
) -> None:
    def meanwhile(progress: Progress) -> None:
        told = encode({"Object": {"Id": 1, "Trade": progress.phase}})
        writer.write([reporting(client_id, 1, told)])
        followed.catch_up()
        writer.write([reporting(client_id, 2, told + b" ")])

    assert verify(session, TIMELINE, meanwhile).is_equal
