"""How far a client's set-up is, from what is on record."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from application.aggregates import Aggregates
from application.delivery_ports import DeliveryRecord
from application.ports import KeyUseStore
from domain.client import Client, PingsSeen
from domain.identity import client_stream
from domain.metadata import SignatureVerdict
from domain.record import RecordedEvent
from domain.set_up import Seen, Step, steps

_MOST_LATEST: Final = 20
"""Deliveries that are looked at for their signatures."""


class SetUp(Struct, frozen=True):
    """The steps, and how many events of the log were not known of yet."""

    steps: Sequence[Step]
    lag_events: int


class SetUps:
    """Looks at clients."""

    def __init__(
        self,
        aggregates: Aggregates,
        deliveries: DeliveryRecord,
        key_uses: KeyUseStore,
        now: Callable[[], datetime],
    ) -> None:
        self._aggregates = aggregates
        self._deliveries = deliveries
        self._key_uses = key_uses
        self._now = now

    def look(self, client: Client) -> SetUp:
        """Say how far a client's set-up is. Raises `StorageUnavailableError`."""
        found = self._deliveries.seen(client.id, _MOST_LATEST)
        seen = Seen(
            last_ping=self._aggregates.read(client_stream(client.id), _last_ping),
            last_test=found.last_test,
            first_report=found.first_report,
            signatures=self._signatures(found.latest),
            uses=self._key_uses.all(),
        )
        return SetUp(steps(client, seen, self._now()), found.lag_events)

    def _signatures(self, positions: Sequence[int]) -> dict[str, SignatureVerdict | None]:
        """Return the verdict on each sender's newest delivery; the newest position comes first."""
        verdicts: dict[str, SignatureVerdict | None] = {}
        for position in positions:
            metadata = self._aggregates.at(position).metadata
            if metadata.sender is not None:
                verdicts.setdefault(metadata.sender, metadata.signature)
        return verdicts


def _last_ping(events: Iterable[RecordedEvent]) -> datetime | None:
    minutes = [it.event.minute for it in events if isinstance(it.event, PingsSeen)]
    return max(minutes, default=None)
