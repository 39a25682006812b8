"""Who comes in, who does not, and what it takes to find that out."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.clients import Clients, IssuedKeys
from application.front_door import Admission, FrontDoor
from application.ports import StorageUnavailableError
from application.registry import Registry
from domain.record import RecordedEvent
from infrastructure.client_events import PostgresClientEvents
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.secrets import PepperedHash
from tests.wire import Wire


class CountedEvents(PostgresClientEvents):
    """The clients' events, with a count of how often they were asked for."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, EventMapper())
        self.asked = 0

    def since(self, position: int) -> Sequence[RecordedEvent]:
        self.asked += 1
        return super().since(position)


class Door:
    """A front door with a registry of its own and a clock that can be set forward."""

    def __init__(self, database: Database) -> None:
        self.events = CountedEvents(database)
        self.later = timedelta()
        self.registry = Registry(self.events)
        self._door = FrontDoor(self.registry, PepperedHash("a pepper for tests"))

    async def admit(self, client_id: UUID, access: object, signing: object) -> Admission | None:
        keys = [given if isinstance(given, tuple) else (str(given),) for given in (access, signing)]
        return await self._door.admit(client_id, keys[0], keys[1], now() + self.later)

    async def admits(self, client_id: UUID, access: object, signing: object) -> bool:
        return await self.admit(client_id, access, signing) is not None


@pytest.fixture
def door(database: Database) -> Door:
    return Door(database)


@pytest.fixture
def issued(clients: Clients) -> IssuedKeys:
    return clients.add("Harbour", "operator")


def test_both_keys_of_a_pair_open_the_door(door: Door, issued: IssuedKeys) -> None:
    admission = asyncio.run(door.admit(issued.client_id, issued.access_key, issued.signing_key))
    assert admission is not None
    assert admission.client.name == "Harbour"
    assert admission.pair.key_id == issued.key_id
    assert admission.signing_key == issued.signing_key


@pytest.mark.parametrize("known", [False, True])
def test_everything_else_gets_one_and_the_same_answer(
    door: Door, issued: IssuedKeys, clients: Clients, *, known: bool
) -> None:
    client_id, access, signing = issued.client_id, issued.access_key, issued.signing_key
    other = clients.add("Airport", "operator")
    second = clients.add_keys("Harbour", "operator", "provider side", None)
    retired = clients.add_keys("Harbour", "operator", "provider side", None)
    for keys in (issued, other, second, retired) if known else ():
        owner = other.client_id if keys is other else client_id
        assert asyncio.run(door.admits(owner, keys.access_key, keys.signing_key))
    clients.retire_keys("Harbour", "operator", retired.key_id)
    door.registry.reload()
    attempts = {
        "an unknown client": (uuid4(), access, signing),
        "another client": (other.client_id, access, signing),
        "another client's keys": (client_id, other.access_key, other.signing_key),
        "a wrong access key": (client_id, f"{access}x", signing),
        "a wrong signing key": (client_id, access, f"{signing}x"),
        "an access key in other letters": (client_id, access.swapcase(), signing),
        "swapped keys": (client_id, signing, access),
        "empty keys": (client_id, "", ""),
        "keys of two pairs": (client_id, access, second.signing_key),
        "a retired pair": (client_id, retired.access_key, retired.signing_key),
        "the hash of nobody's keys": (uuid4(), "\0" * 32, "\0" * 32),
    }

    async def answers() -> list[bool]:
        return await asyncio.gather(*(door.admits(*attempt) for attempt in attempts.values()))

    answered = asyncio.run(answers())
    assert dict(zip(attempts, answered, strict=True)) == dict.fromkeys(attempts, False)


def test_whoever_is_known_comes_in_by_the_rules_of_today(
    door: Door, issued: IssuedKeys, clients: Clients
) -> None:
    keys = issued.client_id, issued.access_key, issued.signing_key
    assert asyncio.run(door.admits(*keys))
    clients.change("Harbour", "operator", None, require_signature=True, refuse_malformed=None)
    door.registry.reload()
    admission = asyncio.run(door.admit(*keys))
    assert admission is not None
    assert admission.client.rules.require_signature


def test_each_living_pair_opens_and_says_whose_it_is(
    door: Door, issued: IssuedKeys, clients: Clients
) -> None:
    second = clients.add_keys("Harbour", "operator", "provider side", "the sender's own")

    async def senders() -> list[str | None]:
        found = [
            await door.admit(issued.client_id, issued.access_key, issued.signing_key),
            await door.admit(issued.client_id, second.access_key, "the sender's own"),
        ]
        return [admission.pair.sender if admission else None for admission in found]

    assert asyncio.run(senders()) == ["default", "provider side"]


def test_a_plus_that_arrived_as_a_space_is_meant_as_a_plus(
    door: Door, issued: IssuedKeys, clients: Clients
) -> None:
    own = clients.add_keys("Harbour", "operator", "provider side", "ab+cd/ef+g=")
    spellings = ("ab cd/ef g=", "ab+cd/ef+g=")
    admission = asyncio.run(door.admit(issued.client_id, own.access_key, spellings))
    assert admission is not None
    assert admission.signing_key == "ab+cd/ef+g="


def test_a_pair_opens_up_to_the_moment_at_which_it_retires(
    door: Door, issued: IssuedKeys, clients: Clients
) -> None:
    clients.rotate_keys("Harbour", "operator", "default", timedelta(minutes=60))
    keys = (issued.client_id, issued.access_key, issued.signing_key)
    door.later = timedelta(minutes=59)
    assert asyncio.run(door.admits(*keys))
    door.later = timedelta(minutes=61)
    assert not asyncio.run(door.admits(*keys))


def test_keys_issued_elsewhere_work_at_once(
    door: Door, issued: IssuedKeys, clients: Clients
) -> None:
    async def scenario() -> list[bool]:
        first = await door.admits(issued.client_id, issued.access_key, issued.signing_key)
        new = await asyncio.to_thread(clients.add_keys, "Harbour", "operator", "default", None)
        return [first, await door.admits(new.client_id, new.access_key, new.signing_key)]

    assert asyncio.run(scenario()) == [True, True]


def test_known_keys_are_not_looked_up_again(door: Door, issued: IssuedKeys) -> None:
    async def scenario() -> None:
        for _ in range(5):
            await door.admits(issued.client_id, issued.access_key, issued.signing_key)

    asyncio.run(scenario())
    assert door.events.asked == 1


def test_many_strangers_at_once_cause_few_look_ups(door: Door, issued: IssuedKeys) -> None:
    async def scenario() -> list[bool]:
        return await asyncio.gather(*(door.admits(uuid4(), "a", "b") for _ in range(200)))

    assert not any(asyncio.run(scenario()))
    assert door.events.asked <= 2
    assert asyncio.run(door.admits(issued.client_id, issued.access_key, issued.signing_key))


def test_with_the_database_away_known_keys_open_and_unknown_ones_are_not_judged(
    wire: Wire, issued: IssuedKeys
) -> None:
    door = Door(Database(wire.url))
    door.registry.reload()
    wire.cut()

    async def scenario() -> bool:
        with pytest.raises(StorageUnavailableError):
            await door.admit(issued.client_id, issued.access_key, "wrong")
        return await door.admits(issued.client_id, issued.access_key, issued.signing_key)

    assert asyncio.run(scenario())
