"""What is asked of the read models about what reached a client."""

from collections.abc import Sequence
from datetime import date
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


class DeliveryRecord(Protocol):
    """Reads what reached a client."""

    def seen(self, client_id: UUID, most_latest: int) -> DeliveriesSeen:
        """Return what was seen. Raises `StorageUnavailableError`."""
