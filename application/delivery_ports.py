"""What is asked of the read models about what reached a client."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct


class SenderDeliveries(Struct, frozen=True):
    """What of one sender is on record.

    On which day, in UTC, a real report arrived first and a test notification last, in which minute
    a ping did, and at which position of the log the newest delivery is; each `None` without any.
    """

    first_report: date | None
    last_test: date | None
    last_ping: datetime | None
    last_position: int | None


class DeliveriesSeen(Struct, frozen=True):
    """What of each sender is on record.

    `lag_events` counts the events of the log that were not known of yet.
    """

    senders: Mapping[str, SenderDeliveries]
    lag_events: int


class ClientDay(Struct, frozen=True):
    """What reached a client on one day, in UTC, and when a delivery or ping was last seen."""

    day: date
    last_seen: datetime | None
    reports: int
    tests: int
    repeats: int
    late: int
    quarantined: int
    unrelated: int
    refused: int
    pings: int


class DaysSeen(Struct, frozen=True):
    """The days of clients, in order, with those before the last delivery that a rhythm needs.

    `upto` is when the first event was recorded that was not known of yet, `None` where all were,
    and `lag_events` counts them.
    """

    days: Mapping[UUID, Sequence[ClientDay]]
    upto: datetime | None
    lag_events: int


class DeliveryRecord(Protocol):
    """Reads what reached a client."""

    def seen(self, client_id: UUID) -> DeliveriesSeen:
        """Return what was seen. Raises `StorageUnavailableError`."""

    def days(self, client_ids: Sequence[UUID], since: date) -> DaysSeen:
        """Return the days of clients since one, and the eight weeks before the last delivery.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
