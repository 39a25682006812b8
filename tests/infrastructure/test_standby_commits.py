"""A commit that waits for a standby is not taken for done before it is."""

import os
import signal
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import pytest

from application.journal_ports import CommitInDoubtError
from application.ports import StorageUnavailableError
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.journal_store import PostgresJournalStore
from tests.infrastructure.journal_acts import OPENED, rows, write
from tests.recorded import recorded, stored
from tests.waiting import until


@pytest.fixture
def lost_standby(database: Database) -> Generator[None]:
    """Commits wait for a standby that is not there."""
    name_standby(database, "gone")
    yield
    name_standby(database, "")


@pytest.fixture
def ctrl_c() -> Generator[None]:
    """Ctrl-C interrupts, also where the tests run in a shell's background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def name_standby(database: Database, name: str) -> None:
    with database.connect() as connection:
        connection.execute("SET synchronous_commit = local")
        connection.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'".encode())
        connection.execute("SELECT pg_reload_conf()")
    # Whether commits wait is decided once the checkpointer has read the name, which none can ask.
    until(lambda: commits_wait(database) == bool(name))


def commits_wait(database: Database) -> bool:
    with database.connect() as connection, ThreadPoolExecutor() as pool:
        asking = f"pid = {connection.info.backend_pid}"
        asked = pool.submit(connection.execute, "SELECT pg_logical_emit_message(true, '', '')")
        until(lambda: asked.done() or waiting_for_standby(database, who=asking))
        return waiting_for_standby(database, "pg_cancel_backend(pid)", asking)


def waiting_for_standby(database: Database, act: str = "pid", who: str = "true") -> bool:
    looked = f"SELECT {act} FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND {who}"
    with database.connection() as connection:
        return connection.execute(looked.encode()).fetchone() is not None


@pytest.mark.usefixtures("lost_standby")
def test_a_commit_that_may_not_be_replicated_is_in_doubt_until_it_is(
    database: Database, store: PostgresJournalStore
) -> None:
    event = recorded(OPENED)
    with ThreadPoolExecutor() as pool:
        written = pool.submit(write, store, event)
        until(lambda: waiting_for_standby(database))
        assert waiting_for_standby(database, "pg_cancel_backend(pid)")
        with pytest.raises(CommitInDoubtError, match="canceling wait for synchronous replication"):
            written.result(timeout=30)
        asked = pool.submit(store.holds, 1, event.event_id)
        until(lambda: waiting_for_standby(database))
        assert not asked.done()
        name_standby(database, "")
        assert asked.result(timeout=30) is True


@pytest.mark.usefixtures("lost_standby")
def test_whatever_else_is_appended_is_not_taken_for_done_before_it_is_replicated(
    database: Database,
) -> None:
    with ThreadPoolExecutor() as pool:
        written = pool.submit(EventLog(database).insert_events, [stored()])
        until(lambda: waiting_for_standby(database))
        assert waiting_for_standby(database, "pg_cancel_backend(pid)")
        with pytest.raises(StorageUnavailableError, match="canceling wait for synchronous"):
            written.result(timeout=30)


@pytest.mark.usefixtures("ctrl_c", "lost_standby")
def test_whoever_presses_ctrl_c_interrupts_no_commit(
    database: Database, store: PostgresJournalStore
) -> None:
    def press() -> None:
        until(lambda: waiting_for_standby(database))
        os.kill(os.getpid(), signal.SIGINT)
        until(lambda: waiting_for_standby(database))
        name_standby(database, "")

    with ThreadPoolExecutor() as pool:
        pressed = pool.submit(press)
        with pytest.raises(KeyboardInterrupt):
            write(store, recorded(OPENED))
        pressed.result(timeout=30)
    assert rows(database) == [1, 1, 1]
