"""The journal's transaction: whole or not at all, and never guessed."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest

from application.journal_ports import CommitInDoubtError, StaleHeadError
from application.ports import StorageUnavailableError
from domain.activity import Activity
from domain.record import RecordedEvent
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.journal_store import PostgresJournalStore
from infrastructure.mapper import EventMapper
from tests.infrastructure.journal_acts import HEAD, OPENED, append, opened_store, rows, write
from tests.log_lock import end_holding_session
from tests.recorded import recorded
from tests.waiting import until
from tests.wire import Fate, Wire


@pytest.fixture
def far_store(wire: Wire) -> Generator[PostgresJournalStore]:
    """A store at the other end of the wire, whose connections are all of its own."""
    with opened_store(Database(wire.url)) as store:
        yield store


def test_events_heads_and_links_are_written_together(
    database: Database, store: PostgresJournalStore, log: EventLog
) -> None:
    event = recorded(OPENED)
    with store.transaction() as transaction:
        assert append(transaction, event) == 1
        assert rows(database) == [0, 0, 0]
    assert rows(database) == [1, 1, 1]
    [row] = log.select_events(event.originator_id)
    found = EventMapper().to_domain_event(row)
    assert (found.event_id, found.event, found.position) == (event.event_id, OPENED, 1)
    with store.transaction() as transaction:
        _, activities = transaction.read([event.originator_id], folded=False)
        assert activities == {event.originator_id: HEAD}
        assert transaction.highest_ids([event.client_id]) == {event.client_id: 7}
        assert transaction.holders([(event.client_id, 7)]) == {(event.client_id, 7): 100}


@pytest.mark.parametrize("folded", [False, True])
def test_each_of_several_streams_is_read_as_its_own(
    store: PostgresJournalStore, *, folded: bool
) -> None:
    streams = sorted((uuid4() for _ in range(3)), reverse=True)
    opened = streams[:2]
    write(store, *(recorded(OPENED, stream) for stream in opened))
    with store.transaction() as transaction:
        _, activities = transaction.read(streams, folded=folded)
    assert activities == dict.fromkeys(opened, HEAD) | {streams[2]: Activity()}


def test_a_batch_that_fails_leaves_nothing_and_the_next_goes_in(
    database: Database, store: PostgresJournalStore
) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_append(store)
    assert rows(database) == [0, 0, 0]
    write(store, recorded(OPENED))
    assert rows(database) == [1, 1, 1]


def fail_after_append(store: PostgresJournalStore) -> None:
    with store.transaction() as transaction:
        append(transaction, recorded(OPENED))
        raise ZeroDivisionError


def test_a_version_that_the_log_has_already_tells_of_a_stale_head(
    database: Database, store: PostgresJournalStore
) -> None:
    stream = uuid4()
    write(store, recorded(OPENED, stream))
    with pytest.raises(StaleHeadError):
        write(store, recorded(OPENED, stream))
    assert rows(database) == [1, 1, 1]
    write(store, recorded(OPENED))
    assert rows(database) == [2, 2, 2]


def test_a_transaction_that_went_on_past_a_failure_is_not_taken_for_committed(
    database: Database, store: PostgresJournalStore
) -> None:
    with database.connection() as connection:
        connection.execute("ALTER TABLE activity_links RENAME TO elsewhere")
    with pytest.raises(CommitInDoubtError, match="ROLLBACK"):
        go_on_past_a_failure(store)


def go_on_past_a_failure(store: PostgresJournalStore) -> None:
    with store.transaction() as transaction, suppress(psycopg.errors.UndefinedTable):
        transaction.read([uuid4()], folded=False)
        transaction.holders([(uuid4(), 7)])


def test_a_stale_version_among_others_leaves_nothing_of_its_batch(
    database: Database, store: PostgresJournalStore
) -> None:
    known = recorded(OPENED)
    write(store, known)
    with pytest.raises(StaleHeadError):
        write(store, recorded(OPENED), known)
    assert rows(database) == [1, 1, 1]


def test_the_end_is_read_before_anything_is_appended(store: PostgresJournalStore) -> None:
    with pytest.raises(LookupError), store.transaction() as transaction:
        transaction.append([recorded(OPENED)], {}, [])


def test_a_connection_lost_before_the_commit_leaves_nothing(
    database: Database, store: PostgresJournalStore
) -> None:
    with pytest.raises(StorageUnavailableError, match="administrator"):
        write_on_a_session_that_is_ended(database, store)
    assert rows(database) == [0, 0, 0]
    write(store, recorded(OPENED))
    assert rows(database) == [1, 1, 1]


def write_on_a_session_that_is_ended(database: Database, store: PostgresJournalStore) -> None:
    with store.transaction() as transaction:
        append(transaction, recorded(OPENED))
        end_holding_session(database)
        transaction.read([uuid4()], folded=False)


@pytest.mark.parametrize(
    ("fate", "written"),
    [(Fate.REQUEST_LOST, 0), (Fate.ANSWER_LOST, 1), (Fate.ANSWER_GARBLED, 1)],
    ids=["not committed", "committed", "committed, and told so in no words"],
)
def test_a_connection_lost_around_the_commit_is_in_doubt_and_the_event_id_resolves_it(
    database: Database,
    wire: Wire,
    far_store: PostgresJournalStore,
    fate: Fate,
    written: int,
) -> None:
    event = recorded(OPENED)
    wire.commits_meet(fate)
    with pytest.raises(CommitInDoubtError):
        write(far_store, event)
    assert far_store.holds(1, event.event_id) is bool(written)
    assert rows(database) == [written] * 3


def test_only_the_very_event_at_the_very_position_counts(
    store: PostgresJournalStore,
) -> None:
    first, second = recorded(OPENED), recorded(OPENED)
    write(store, first, second)
    assert store.holds(2, second.event_id)
    assert not store.holds(1, second.event_id)
    assert not store.holds(3, second.event_id)


def test_whether_an_event_is_there_waits_until_its_writer_is_done(
    database: Database, store: PostgresJournalStore
) -> None:
    event = recorded(OPENED)
    with opened_store(database) as other, ThreadPoolExecutor() as pool:
        with store.transaction() as transaction:
            append(transaction, event)
            asked = pool.submit(other.holds, 1, event.event_id)
        assert asked.result(timeout=30) is True


@pytest.mark.usefixtures("database")
def test_a_connection_lost_while_asking_tells_nothing(
    wire: Wire, far_store: PostgresJournalStore
) -> None:
    event = recorded(OPENED)
    wire.commits_meet(Fate.ANSWER_LOST, Fate.ANSWER_LOST)
    with pytest.raises(CommitInDoubtError):
        write(far_store, event)
    with pytest.raises(StorageUnavailableError):
        far_store.holds(1, event.event_id)
    wire.cut()
    with pytest.raises(StorageUnavailableError):
        far_store.holds(1, event.event_id)
    wire.mend()
    assert far_store.holds(1, event.event_id)


def test_a_writer_that_stopped_in_its_transaction_keeps_the_others_out_for_seconds_only(
    database: Database, store: PostgresJournalStore
) -> None:
    with opened_store(database) as stopped, pytest.raises(StorageUnavailableError):
        stop_in_a_transaction(stopped, store)
    assert rows(database) == [1, 1, 1]


def stop_in_a_transaction(stopped: PostgresJournalStore, store: PostgresJournalStore) -> None:
    with stopped.transaction() as transaction:
        append(transaction, recorded(OPENED))
        with pytest.raises(StorageUnavailableError):
            write(store, recorded(OPENED))
        until(lambda: is_written(store, recorded(OPENED)))
        transaction.read([uuid4()], folded=False)


def is_written(store: PostgresJournalStore, event: RecordedEvent) -> bool:
    try:
        write(store, event)
    except StorageUnavailableError:
        return False
    return True


def test_a_commit_that_the_server_refuses_writes_nothing(
    database: Database, store: PostgresJournalStore
) -> None:
    with database.connection() as connection:
        connection.execute("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON event_log
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()
        """)
    event = recorded(OPENED)
    with pytest.raises(CommitInDoubtError):
        write(store, event)
    assert not store.holds(1, event.event_id)
    assert rows(database) == [0, 0, 0]
