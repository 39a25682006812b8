"""The clients in memory are what the log says of them."""

import sys
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import UUID, uuid4

import pytest

from application.clients import Clients
from application.registry import Registry
from domain.client import PingsSeen
from domain.errors import AmbiguousClientError, UnknownClientError
from domain.record import RecordedEvent
from infrastructure.client_events import PostgresClientEvents
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from tests.recorded import ARRIVED


def test_a_client_is_known_from_the_next_reload_on(
    clients: Clients, registry: Registry, client_id: UUID
) -> None:
    clients.add("Harbour", "operator", client_id=client_id)
    assert registry.get(client_id) is None
    registry.reload()
    client = registry.get(client_id)
    assert client is not None
    assert (client.id, client.name, len(client.keys)) == (client_id, "Harbour", 1)


def test_a_reload_adds_what_was_recorded_since(
    clients: Clients, registry: Registry, client_id: UUID
) -> None:
    clients.add("Harbour", "operator", client_id=client_id)
    registry.reload()
    clients.count(client_id, PingsSeen(ARRIVED, 3))
    clients.add_keys("Harbour", "operator", "provider side", None)
    other = clients.add("Airport", "operator", policy="on-first-report", first_activity_id=100)
    registry.reload()
    client = registry.get(client_id)
    assert client is not None
    assert [pair.sender for pair in client.keys] == ["default", "provider side"]
    added = registry.find("Airport")
    assert (added.id, added.policy, added.first_activity_id) == (
        other.client_id,
        "on-first-report",
        100,
    )


class SlowEvents(PostgresClientEvents):
    """The clients' events, held back until somebody else has read them too, or for a while."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, EventMapper())
        self._both = Barrier(2)

    def since(self, position: int) -> Sequence[RecordedEvent]:
        found = super().since(position)
        with suppress(BrokenBarrierError):
            self._both.wait(0.3)
        return found


def test_reloads_at_once_fold_every_event_once(clients: Clients, database: Database) -> None:
    clients.add("Harbour", "operator")
    clients.add_keys("Harbour", "operator", "provider side", None)
    registry = Registry(SlowEvents(database))
    with ThreadPoolExecutor() as pool:
        for reload in [pool.submit(registry.reload) for _ in range(2)]:
            reload.result(timeout=30)
    assert len(registry.find("Harbour").keys) == 2


@pytest.fixture
def hasty_threads() -> Generator[None]:
    """Threads that take turns a thousand times as often as usual."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 1_000)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_who_reads_during_a_reload_is_not_disturbed(clients: Clients, database: Database) -> None:
    for number in range(100):
        clients.add(f"Client {number}", "operator")
    events = PostgresClientEvents(database, EventMapper())
    with ThreadPoolExecutor() as pool:
        for _ in range(20):
            registry = Registry(events)
            reload = pool.submit(registry.reload)
            while not reload.done():
                registry.tokens()
            reload.result()
            assert len(registry.all()) == 100


def test_a_client_is_found_by_id_and_by_name_in_any_case(
    clients: Clients, registry: Registry, client_id: UUID
) -> None:
    clients.add("Harbour Facilities", "operator", client_id=client_id)
    registry.reload()
    for wanted in ("Harbour Facilities", " harbour FACILITIES ", str(client_id).upper()):
        assert registry.find(wanted).id == client_id


def test_a_client_that_is_not_there_or_not_the_only_one_is_told(
    clients: Clients, registry: Registry
) -> None:
    clients.add("Harbour", "operator")
    second = clients.add("HARBOUR", "operator")
    registry.reload()
    with pytest.raises(UnknownClientError, match=r"There is no client Harbor\."):
        registry.find("Harbor")
    with pytest.raises(UnknownClientError):
        registry.find(str(uuid4()))
    with pytest.raises(AmbiguousClientError, match="Several clients are named harbour"):
        registry.find("harbour")
    assert registry.find(str(second.client_id)).name == "HARBOUR"


def test_clients_are_listed_by_name(clients: Clients, registry: Registry) -> None:
    for name in ("zoo", "Airport", "museum"):
        clients.add(name, "operator")
    registry.reload()
    assert [client.name for client in registry.all()] == ["Airport", "museum", "zoo"]
