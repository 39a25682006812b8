"""What the tests of the journal's store do again and again."""

from collections.abc import Iterator
from contextlib import contextmanager

from application.journal_ports import LinkChange
from domain.activity import Activity, ActivityOpened
from domain.record import RecordedEvent
from infrastructure.database import Database
from infrastructure.journal_store import PostgresJournalStore, PostgresJournalTransaction
from infrastructure.mapper import EventMapper

OPENED = ActivityOpened(7, "request")
HEAD = Activity(version=1, activity_id=7, opened_before=True)
TABLES = ("event_log", "activity_heads", "activity_links")


@contextmanager
def opened_store(database: Database) -> Iterator[PostgresJournalStore]:
    store = PostgresJournalStore(database, EventMapper())
    try:
        yield store
    finally:
        store.close()


def append(transaction: PostgresJournalTransaction, *events: RecordedEvent) -> int:
    streams = [event.originator_id for event in events]
    position = transaction.read(streams, folded=False)[0].position + 1
    link = LinkChange(events[0].client_id, 7, 100, position, opened=True)
    transaction.append(events, dict.fromkeys(streams, HEAD), [link])
    return position


def rows(database: Database) -> list[int]:
    with database.connection() as connection:
        counted = [connection.execute(f"SELECT count(*) FROM {name}".encode()) for name in TABLES]
        return [int(cursor.fetchone()[0]) for cursor in counted]  # type: ignore[index]


def write(store: PostgresJournalStore, *events: RecordedEvent) -> None:
    with store.transaction() as transaction:
        append(transaction, *events)
