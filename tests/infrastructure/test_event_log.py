"""The order of the log under concurrent writers, and what it takes."""

import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError
from psycopg import sql

from infrastructure import log_rows
from infrastructure.database import Database, Rows
from infrastructure.event_log import EventLog
from infrastructure.mapper import LogRow
from tests.log_lock import waiting_writers
from tests.recorded import ARRIVED, stored
from tests.waiting import until

BY_HAND = """
    INSERT INTO event_log
    SELECT coalesce(max(position), 0) + 1, %s, now(), gen_random_uuid(), gen_random_uuid(),
           gen_random_uuid(), NULL, 1, 'test.v1', ''
    FROM event_log
"""


@pytest.fixture
def onlooker(database: Database) -> Generator[Rows]:
    with database.connect() as connection:
        yield connection


def positions(log: EventLog) -> list[int]:
    return [row.id for row in log.select_notifications(None, 10_000)]


def row() -> LogRow:
    return LogRow(uuid4(), 1, "test.v1", b"", uuid4(), uuid4(), ARRIVED, None)


def test_a_reader_never_passes_an_uncommitted_lower_position(
    log: EventLog, database: Database
) -> None:
    with ThreadPoolExecutor() as pool:
        with log.locked() as first_writer:
            log_rows.append(first_writer, log_rows.end(first_writer), [row(), row()])
            second_writer = pool.submit(log.insert_events, [stored()])
            until(lambda: second_writer.done() or waiting_writers(database))
            assert positions(log) == []
            assert not second_writer.done()
        assert second_writer.result(timeout=30) == [3]
    assert positions(log) == [1, 2, 3]


def test_what_a_failed_append_would_have_taken_goes_to_the_next(log: EventLog) -> None:
    first = stored()
    log.insert_events([first])
    with pytest.raises(IntegrityError):
        log.insert_events([stored(), first])
    with log.locked() as cursor:
        log_rows.append(cursor, log_rows.end(cursor), [row()])
        cursor.connection.rollback()
    assert log.insert_events([stored(), stored()]) == [2, 3]
    assert positions(log) == [1, 2, 3]


def test_of_two_who_write_the_same_version_one_is_refused(log: EventLog) -> None:
    stream = uuid4()

    def write(_: int) -> bool:
        try:
            log.insert_events([stored(stream)])
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(write, range(4))) == [False, False, False, True]
    assert positions(log) == [1]


def test_two_logs_in_one_database_number_and_lock_apart(log: EventLog, neighbour: Database) -> None:
    other = EventLog(neighbour)
    with log.locked() as cursor:
        log_rows.append(cursor, log_rows.end(cursor), [row()])
        assert other.insert_events([stored(), stored()]) == [1, 2]
    assert positions(log) == [1]
    assert positions(other) == [1, 2]


def test_two_logs_in_one_database_announce_apart(
    log: EventLog, neighbour: Database, onlooker: Rows
) -> None:
    with onlooker.cursor() as cursor:
        channel = log_rows.channel(cursor)
    for heard in (channel, "end"):
        onlooker.execute(sql.SQL("LISTEN {}").format(sql.Identifier(heard)))
    EventLog(neighbour).insert_events([stored()])
    log.insert_events([stored()])
    onlooker.execute('NOTIFY "end"')
    announced = [notice.channel for notice in onlooker.notifies(timeout=5, stop_after=2)]
    assert announced == [channel, "end"]


@pytest.mark.parametrize(("events", "size"), [(2_000, 2_000), (1, 8 << 20), (1, 16 << 20)])
def test_a_big_batch_and_a_big_event_go_in(log: EventLog, events: int, size: int) -> None:
    stream, state = uuid4(), os.urandom(size)
    batch = [stored(stream, version, state=state) for version in range(1, events + 1)]
    assert log.insert_events(batch) == list(range(1, events + 1))
    assert all(found.state == state for found in log.select_events(stream))


def test_a_vacuum_in_progress_stops_no_append(log: EventLog, onlooker: Rows) -> None:
    with onlooker.transaction():
        # What VACUUM (ANALYZE) and autovacuum hold while they run.
        onlooker.execute("LOCK TABLE event_log IN SHARE UPDATE EXCLUSIVE MODE")
        assert log.insert_events([stored()]) == [1]


def test_recorded_times_never_go_back(log: EventLog, onlooker: Rows) -> None:
    future = datetime(2199, 12, 31, tzinfo=UTC)
    log.insert_events([stored()])
    onlooker.execute(BY_HAND, (future,))
    log.insert_events([stored(), stored()])
    rows = onlooker.execute("SELECT recorded_at FROM event_log ORDER BY position").fetchall()
    times = [recorded_at for (recorded_at,) in rows]
    assert times[0] < future
    assert times[1:] == [future] * 3
