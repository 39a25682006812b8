"""Many readers of the feed, woken by one listener for as long as there are any."""

import asyncio
import threading
from collections.abc import Generator
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from application.wakings import LISTENER, TooManyReadersError, Wakings
from infrastructure.database import Database
from infrastructure.timeline_events import PostgresTimelineMoves
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.waiting import until
from tests.wire import Wire


@pytest.fixture(autouse=True)
def nobody_listens_on(schema_url: str) -> Generator[None]:  # noqa: ARG001 - outlives it
    """Let each test's listener end before its database does."""
    yield
    until(lambda: all(thread.name != LISTENER for thread in threading.enumerate()))


LISTENING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE query LIKE '%projection = ''timeline''%' AND pid <> pg_backend_pid()
      AND query NOT LIKE '%pg_stat_activity%'
"""


def listeners(database: Database) -> int:
    with database.connection() as connection:
        row = connection.execute(LISTENING).fetchone()
    return 0 if row is None else int(row[0])


def test_one_listener_wakes_all_and_goes_with_the_last(
    database: Database, writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    before = listeners(database)

    async def read(wakings: Wakings) -> bool:
        with wakings.reading():
            return await wakings.wait_beyond(0, 20)

    async def all_read() -> list[bool]:
        wakings = Wakings(PostgresTimelineMoves(database))
        reading = [asyncio.create_task(read(wakings)) for _ in range(50)]
        await asyncio.to_thread(until, lambda: listeners(database) == before + 1)
        writer.write([reporting(client_id, 1)])
        await asyncio.to_thread(read_side.catch_up)
        return await asyncio.gather(*reading)

    assert asyncio.run(all_read()) == [True] * 50
    until(lambda: listeners(database) == before)


def test_a_listener_whose_line_was_cut_comes_again(
    wire: Wire, writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    async def woken() -> bool:
        wakings = Wakings(PostgresTimelineMoves(Database(wire.url)))
        with wakings.reading():
            writer.write([reporting(client_id, 1)])
            await asyncio.to_thread(read_side.catch_up)
            assert await wakings.wait_beyond(0, 20)
            wire.cut()
            writer.write([reporting(client_id, 2)])
            await asyncio.to_thread(read_side.catch_up)
            wire.mend()
            return await wakings.wait_beyond(1, 20)

    assert asyncio.run(woken())


def test_there_is_room_for_so_many_readers(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.wakings.MOST_READERS", 1)

    async def crowd() -> None:
        wakings = Wakings(PostgresTimelineMoves(database))
        wakings.check_room()
        with wakings.reading(), pytest.raises(TooManyReadersError):
            wakings.check_room()
        wakings.check_room()

    asyncio.run(crowd())
