"""The event log of a test, and a second database beside the first."""

from collections.abc import Generator
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.journal_store import PostgresJournalStore
from infrastructure.mapper import EventMapper
from infrastructure.migrations import migrate
from tests.infrastructure.journal_acts import opened_store
from tests.wire import Wire


@pytest.fixture
def log(database: Database) -> EventLog:
    """An empty log."""
    return EventLog(database)


@pytest.fixture(scope="session")
def mapper() -> EventMapper:
    """The mapper."""
    return EventMapper()


@pytest.fixture
def neighbour(server_url: str) -> Generator[Database]:
    """A second Worktrail in a schema of its own in the same PostgreSQL database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}")
        database = Database(make_conninfo(server_url, options=f"-csearch_path={name}"))
        migrate(database)
        yield database
        database.close()
        connection.execute(f"DROP SCHEMA {name} CASCADE")


@pytest.fixture
def wire(schema_url: str) -> Generator[Wire]:
    """A line to the test's schema that can be cut."""
    with Wire(schema_url).forwarding() as wire:
        yield wire


@pytest.fixture
def store(database: Database) -> Generator[PostgresJournalStore]:
    with opened_store(database) as store:
        yield store
