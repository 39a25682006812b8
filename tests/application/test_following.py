"""Following without an end: woken or not, connected or not, as one of several."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from threading import Event
from uuid import UUID

import pytest

from application.following import Following
from application.journal_writer import JournalWriter
from application.projections import PROJECTIONS
from application.read_model_ports import Page
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.projector_session import PostgresProjectorSession
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.waiting import until
from tests.wire import Wire


class Interrupted(PostgresProjectorSession):
    """A session in which something happens after the first page that has nothing."""

    happens: Callable[[], object] | None = None

    def page(self, after: int, limit: int) -> Page:
        page = super().page(after, limit)
        happens = self.happens
        if not page.items and happens is not None:
            self.happens = None
            happens()
            # What is announced by now may come in with any other answer.
            self.tracked("timeline")
        return page


@contextmanager
def following(database: Database) -> Generator[None]:
    with followed(lambda: PostgresProjectorSession.opened(database, EventMapper())):
        yield


@contextmanager
def followed(
    connect: Callable[[], AbstractContextManager[PostgresProjectorSession]],
) -> Generator[None]:
    stopping = Event()
    follower = Following(connect, PROJECTIONS, stopping)
    with ThreadPoolExecutor() as pool:
        running = pool.submit(follower.run)
        try:
            yield
        finally:
            stopping.set()
        running.result(timeout=10)


def test_what_is_written_is_soon_to_be_read(
    database: Database, writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    with following(database):
        for number in range(1, 6):
            writer.write([reporting(client_id, number)])
            until(lambda: read_side.position("delivery_health") == number)  # noqa: B023
    assert len(read_side.rows("timeline")) == 5


def test_whoever_looks_seldom_is_woken_by_what_is_written_even_just_after_looking(
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not before the session has ended would the projector look again by itself."""
    monkeypatch.setattr("application.following.POLL_SECONDS", 60)
    sessions: list[Interrupted] = []

    @contextmanager
    def connect() -> Generator[Interrupted]:
        with Interrupted.opened(database, EventMapper()) as session:
            session.happens = lambda: writer.write([reporting(client_id, 1)])
            sessions.append(session)
            yield session

    with followed(connect):
        for number in (1, 2, 3):
            until(lambda: read_side.position("delivery_health") == number)  # noqa: B023
            writer.write([reporting(client_id, number + 1)])
        until(lambda: read_side.position("delivery_health") == 4)
        assert len(sessions) == 1


def test_an_event_is_followed_whose_announcement_was_lost(
    database: Database, writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    writer.write([reporting(client_id, 1), reporting(client_id, 2)])
    read_side.execute("CREATE TABLE aside AS SELECT * FROM event_log WHERE position = 2")
    read_side.execute("DELETE FROM event_log WHERE position = 2")
    with following(database):
        until(lambda: read_side.position("delivery_health") == 1)
        read_side.execute("INSERT INTO event_log SELECT * FROM aside")
        # The server ends a session that is silent for four seconds, and a new one looks by itself.
        until(lambda: read_side.position("delivery_health") == 2, seconds=3)


def test_a_lost_connection_is_made_anew_for_ever(
    wire: Wire, writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    with following(Database(wire.url)):
        for number in range(1, 4):
            writer.write([reporting(client_id, number)])
            until(lambda: read_side.position("delivery_health") == number)  # noqa: B023
            refused = wire.refused
            wire.cut()
            until(lambda: wire.refused >= refused + 2)  # noqa: B023
            wire.mend()
    [day] = read_side.rows("delivery_health")
    assert day["reports"] == 3


def test_another_takes_over_from_a_leader_whose_line_falls_silent(
    database: Database,
    wire: Wire,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    with following(Database(wire.url)):
        writer.write([reporting(client_id, 1)])
        until(lambda: read_side.position("delivery_health") == 1)
        with following(database):
            wire.fall_silent()
            writer.write([reporting(client_id, 2)])
            until(lambda: read_side.position("delivery_health") == 2, seconds=30)
            wire.cut()
            wire.mend()
            writer.write([reporting(client_id, 3)])
            until(lambda: read_side.position("delivery_health") == 3)
    assert [row["position"] for row in read_side.rows("timeline")] == [1, 2, 3]
