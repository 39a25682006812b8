"""The parts of one process, on a schema of the test's own."""

from collections.abc import Generator
from threading import Event
from uuid import UUID, uuid4

import pytest

from application.aggregates import Aggregates
from application.clients import Clients
from application.journal_writer import JournalWriter
from application.registry import Registry
from infrastructure.client_events import PostgresClientEvents
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.event_ids import new_event_id
from infrastructure.event_log import EventLog
from infrastructure.journal_store import PostgresJournalStore
from infrastructure.mapper import EventMapper
from infrastructure.secrets import PepperedHash, new_secret
from tests.application.gap_scene import Scene
from tests.application.read_side import ReadSide
from tests.application.whole_log import WholeLog
from tests.wire import Wire


@pytest.fixture
def client_id() -> UUID:
    """A client's id."""
    return uuid4()


@pytest.fixture
def wire(schema_url: str) -> Generator[Wire]:
    """A line to the test's schema that can be cut."""
    with Wire(schema_url).forwarding() as wire:
        yield wire


@pytest.fixture
def stopping() -> Event:
    """Set when the process is to end."""
    return Event()


@pytest.fixture
def writer(database: Database, stopping: Event) -> Generator[JournalWriter]:
    """A writer with a connection of its own."""
    writer = JournalWriter(PostgresJournalStore(database, EventMapper()), new_event_id, stopping)
    yield writer
    writer.close()


@pytest.fixture
def far_writer(wire: Wire, stopping: Event) -> Generator[JournalWriter]:
    """A writer at the other end of the wire."""
    store = PostgresJournalStore(Database(wire.url), EventMapper())
    writer = JournalWriter(store, new_event_id, stopping)
    yield writer
    writer.close()


@pytest.fixture
def whole_log(database: Database) -> WholeLog:
    """The log as it is found afterwards."""
    return WholeLog(database)


@pytest.fixture
def aggregates(database: Database) -> Aggregates:
    """The library's application."""
    return Aggregates(EventLog(database), EventMapper(), new_event_id, now)


@pytest.fixture
def registry(database: Database) -> Registry:
    """The clients in memory, as yet unknown."""
    return Registry(PostgresClientEvents(database, EventMapper()))


@pytest.fixture
def clients(aggregates: Aggregates, registry: Registry) -> Clients:
    """What an operator does with clients."""
    keyed_hash = PepperedHash("a pepper for tests")
    return Clients(aggregates, registry, keyed_hash, new_secret, new_event_id, now)


@pytest.fixture
def read_side(database: Database) -> ReadSide:
    """The read models, followed by hand."""
    return ReadSide(database)


@pytest.fixture
def scene(
    client_id: UUID,
    aggregates: Aggregates,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
) -> Scene:
    """A client that gaps are looked for of."""
    return Scene(client_id, aggregates, database, writer, read_side)
