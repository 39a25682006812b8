"""How far a client's set-up is, from what is on record."""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct

from application.aggregates import Aggregates
from application.delivery_ports import DeliveryRecord, SenderDeliveries
from application.ports import KeyUseStore
from domain.client import Client
from domain.set_up import LastDelivery, Seen, SenderSeen, Step, steps


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
        found = self._deliveries.seen(client.id)
        senders = {name: self._seen(told) for name, told in found.senders.items()}
        seen = Seen(senders, self._key_uses.all())
        return SetUp(steps(client, seen, self._now()), found.lag_events)

    def _seen(self, told: SenderDeliveries) -> SenderSeen:
        last = None
        if told.last_position is not None:
            recorded = self._aggregates.at(told.last_position)
            last = LastDelivery(recorded.arrived_at, recorded.metadata.signature)
        return SenderSeen(told.last_ping, told.last_test, told.first_report, last)
