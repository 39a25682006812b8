"""What is asked of the log by those that look at many streams."""

from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from domain.record import RecordedEvent


class RecordedStreams(Protocol):
    """Reads whole streams."""

    def events(self, streams: Sequence[UUID]) -> Iterable[RecordedEvent]:
        """Return every event of these streams, each stream's in order.

        Raises `StorageUnavailableError`.
        """
