"""What is asked of the read models about what reached a client."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct


class DeliveriesSeen(Struct, frozen=True):
    """On which day, in UTC, a real report arrived first and a test notification last, if any.

    `latest` has the positions of the newest deliveries on streams, the newest first. `lag_events`
    counts the events of the log that were not known of yet.
    """

    first_report: date | None
    last_test: date | None
    latest: Sequence[int]
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

    def seen(self, client_id: UUID, most_latest: int) -> DeliveriesSeen:
        """Return what was seen. Raises `StorageUnavailableError`."""

    def days(self, client_ids: Sequence[UUID], since: date) -> DaysSeen:
        """Return the days of clients since one, and the eight weeks before the last delivery.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
