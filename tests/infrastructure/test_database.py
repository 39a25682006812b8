"""Every wait on the database has an end, and every connection is durable by its own settings."""

import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from application.ports import StorageUnavailableError
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from tests.recorded import stored
from tests.waiting import until
from tests.wire import Wire

BOUND_SECONDS = 4.0
SETTINGS = {
    "synchronous_commit": "on",
    "lock_timeout": "3s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "5s",
    "TimeZone": "UTC",
    "application_name": "worktrail",
}


@pytest.fixture
def far(wire: Wire) -> Generator[Database]:
    database = Database(wire.url)
    yield database
    database.close()


def ask(database: Database) -> object:
    with database.connection() as connection:
        row = connection.execute("SELECT 42").fetchone()
    return row and row[0]


def answers(database: Database) -> bool:
    try:
        return ask(database) == 42
    except StorageUnavailableError:
        return False


def seconds_to_fail(attempt: Callable[[], object]) -> float:
    begun = time.monotonic()
    with pytest.raises(StorageUnavailableError):
        attempt()
    return time.monotonic() - begun


def test_a_block_is_committed_at_its_end_and_rolled_back_on_an_error(
    database: Database,
) -> None:
    with database.connection() as connection:
        connection.execute("CREATE TABLE kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (1)")
    with pytest.raises(psycopg.errors.DivisionByZero), database.connection() as connection:
        connection.execute("INSERT INTO kept SELECT 1 / 0")
    with database.connection() as connection:
        assert connection.execute("SELECT number FROM kept").fetchall() == [(1,)]


def test_connections_do_not_depend_on_the_servers_settings(database: Database) -> None:
    with database.connect() as own, database.connection() as lent:
        for connection in (own, lent):
            shown = {
                name: connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
                for name in SETTINGS
            }
            assert shown == {name: (value,) for name, value in SETTINGS.items()}


@pytest.mark.parametrize(
    ("setting", "given", "used"),
    [
        ("synchronous_commit", "off", "on"),
        ("default_transaction_isolation", "serializable", "read committed"),
    ],
)
def test_what_safety_rests_on_holds_also_where_the_operator_wants_it_otherwise_for_others(
    schema_url: str, setting: str, given: str, used: str
) -> None:
    options = str(conninfo_to_dict(schema_url).get("options", ""))
    unsafe = make_conninfo(schema_url, options=f"{options} -c {setting}={given}")
    with psycopg.connect(unsafe) as plain, Database(unsafe).connect() as own:
        shown = [
            connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()
            for connection in (plain, own)
        ]
    assert shown == [(given,), (used,)]


def test_a_session_that_was_ended_is_told_and_the_next_is_a_new_one(database: Database) -> None:
    with pytest.raises(StorageUnavailableError), database.connection() as connection:
        connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    assert ask(database) == 42


def test_a_session_that_was_ended_while_idle_is_not_lent(database: Database) -> None:
    with database.connection() as connection:
        idle = connection.info.backend_pid
    with database.connect() as other:
        other.execute("SELECT pg_terminate_backend(%s)", (idle,))
    assert ask(database) == 42


def test_a_server_that_refuses_is_away_within_the_bound_and_back_when_it_is_back(
    far: Database, wire: Wire
) -> None:
    wire.cut()
    with pytest.raises(StorageUnavailableError):
        far.connect()
    assert seconds_to_fail(lambda: ask(far)) < BOUND_SECONDS
    # The pool's own attempts come ever more seldom, but a new caller has to begin anew.
    until(lambda: not answers(far) and wire.refused >= 5)
    wire.mend()
    begun = time.monotonic()
    until(lambda: answers(far))
    assert time.monotonic() - begun < BOUND_SECONDS


def test_a_server_that_says_nothing_is_away_within_the_bound(far: Database, wire: Wire) -> None:
    wire.fall_silent()
    with ThreadPoolExecutor() as pool:
        lent = pool.submit(seconds_to_fail, lambda: ask(far))
        own = pool.submit(seconds_to_fail, far.connect)
        assert lent.result() < BOUND_SECONDS
        assert own.result() < BOUND_SECONDS


def test_an_address_without_a_server_is_away_and_the_log_says_so() -> None:
    nowhere = Database("postgresql://worktrail:s3cret@127.0.0.1:1/records")
    with pytest.raises(StorageUnavailableError) as away:
        nowhere.connect()
    assert "s3cret" not in str(away.value)
    log = EventLog(nowhere)
    with ThreadPoolExecutor() as pool:
        for failed in [
            pool.submit(seconds_to_fail, lambda: log.insert_events([stored()])),
            pool.submit(seconds_to_fail, log.max_notification_id),
            pool.submit(seconds_to_fail, lambda: next(log.subscribe())),
        ]:
            assert failed.result() < BOUND_SECONDS
    nowhere.close()


def test_a_pool_lends_no_more_than_it_has_and_says_when_it_has_none(database: Database) -> None:
    lent = [database.connection() for _ in range(4)]
    for connection in lent:
        connection.__enter__()
    assert seconds_to_fail(lambda: ask(database)) < BOUND_SECONDS
    for connection in lent:
        connection.__exit__(None, None, None)
    assert ask(database) == 42
