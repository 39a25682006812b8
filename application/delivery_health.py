"""What reached each client day by day, and whether it has fallen silent."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from application.delivery_ports import ClientDay, DaysSeen, DeliveryRecord
from domain.client import Client
from domain.daily_silence import silent_since


class ClientHealth(Struct, frozen=True):
    """When a delivery of a client's was last seen, and its days, the last one first.

    `silent_since` is that time where it is unusually long ago, otherwise `None`. `lag_events`
    counts the events of the log that were not known of yet.
    """

    client: Client
    last_seen: datetime | None
    silent_since: datetime | None
    days: Sequence[ClientDay]
    lag_events: int


class DeliveryHealth:
    """Looks at clients."""

    def __init__(self, deliveries: DeliveryRecord, now: Callable[[], datetime]) -> None:
        self._deliveries = deliveries
        self._now = now

    def look(self, clients: Sequence[Client], days: int) -> list[ClientHealth]:
        """Return how clients are doing, with today and the days before, in UTC, so many in all.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        now = self._now()
        since = now.date() - timedelta(days=days - 1)
        found = self._deliveries.days([client.id for client in clients], since)
        # The absence of deliveries says nothing of a time that the read model has not reached.
        upto = now if found.upto is None else min(now, found.upto)
        return list(_health(clients, found, since, upto))


def _health(
    clients: Sequence[Client], found: DaysSeen, since: date, upto: datetime
) -> Iterator[ClientHealth]:
    for client in clients:
        days = found.days.get(client.id, ())
        seen = [day.last_seen for day in days if day.last_seen is not None]
        yield ClientHealth(
            client=client,
            last_seen=seen[-1] if seen else None,
            silent_since=silent_since(seen, upto),
            days=[day for day in reversed(days) if day.day >= since],
            lag_events=found.lag_events,
        )
