"""The HTTP side of the service in one process: all of it real but the socket and the log."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic
from typing import Any, Final
from uuid import uuid4

from litestar import Litestar

from application.entries import Entry, Outcome, Written
from application.front_door import FrontDoor
from application.journal import Journal, Writer
from application.key_uses import KeyUses
from application.refused_attempts import RefusedAttempts
from application.registry import Registry
from application.traffic import Traffic
from domain.client import ClientEvent, ClientRegistered, KeysIssued
from domain.metadata import Metadata
from domain.record import RecordedEvent
from infrastructure.clock import now
from infrastructure.event_ids import new_event_id
from infrastructure.secrets import PepperedHash
from interfaces.http import create_http_application
from interfaces.webhook.bodies import read_body
from interfaces.webhook.reception import Reception

CLIENT_ID: Final = uuid4()
KEY_ID: Final = uuid4()
SENDER: Final = "default"
PATH: Final = f"/v1/Clients/{CLIENT_ID}/ServiceChannelWorkOrders"
QUERY: Final = f"accessKey={'A' * 32}&signingKey={'S' * 32}".encode()
REDELIVERY_WINDOW: Final = timedelta(hours=24)

_hash: Final = PepperedHash("a pepper for the benchmark")
_MOST_BODY_BYTES: Final = 16 * 1024 * 1024
_UNUSED: Any = None
"""What no webhook that is recorded ever asks."""


class _OneClient:
    """The log as far as the front door reads it: one client with one pair of keys."""

    def since(self, position: int) -> Sequence[RecordedEvent]:
        at, metadata = now(), Metadata("command")
        keys = KeysIssued(KEY_ID, SENDER, _hash("A" * 32), _hash("S" * 32))
        events: list[ClientEvent] = [ClientRegistered(CLIENT_ID, "one"), keys]
        return [
            RecordedEvent(
                CLIENT_ID, place, CLIENT_ID, new_event_id(), at, metadata, event, at, place
            )
            for place, event in enumerate(events, 1)
            if place > position
        ]


class _AnsweringWriter(Writer):
    """Answers at once, as if everything were recorded."""

    async def write(self, entries: Sequence[Entry]) -> Written:
        return Written([Outcome(None, 1, "recorded")] * len(entries), 0.0)

    def close(self) -> None:
        """Have nothing to give back."""


def front_door() -> FrontDoor:
    """Return a front door that knows the one client."""
    registry = Registry(_OneClient())
    registry.reload()
    return FrontDoor(registry, _hash)


@asynccontextmanager
async def http_application() -> AsyncGenerator[Litestar]:
    """Run the service's HTTP application with a journal that writes nothing."""
    journal = Journal(_AnsweringWriter())
    reception = Reception(
        front_door(),
        journal,
        _UNUSED,
        Traffic(_UNUSED, now),
        RefusedAttempts(monotonic),
        KeyUses(_UNUSED),
        read_body,
        most_body_bytes=_MOST_BODY_BYTES,
        redelivery_window=REDELIVERY_WINDOW,
    )
    journal.start()
    yield create_http_application(
        reception,
        authority=_UNUSED,
        desk=_UNUSED,
        lists=_UNUSED,
        reading=_UNUSED,
        checks=[],
        statuses=_UNUSED,
        lifespan=_UNUSED,
        new_id=new_event_id,
        now=now,
        log_access=False,
    )
    await journal.stop()
