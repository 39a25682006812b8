"""What is asked of the log by those that look at many streams, or at events of many."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from application.read_model_ports import LogItem
from domain.record import RecordedEvent


class StreamPart(Struct, frozen=True):
    """The events of a stream behind a version and up to another."""

    stream_id: UUID
    after: int
    upto: int


class RecordedStreams(Protocol):
    """Reads whole streams."""

    def events(self, streams: Sequence[UUID]) -> Iterable[RecordedEvent]:
        """Return every event of these streams, each stream's in order.

        Raises `StorageUnavailableError`.
        """


class RecordedEvents(Protocol):
    """Reads events wherever they are."""

    def at(self, positions: Sequence[int]) -> Iterator[LogItem]:
        """Return the events at these positions, which go up; they are read as they are taken.

        Raises `LookupError` where there is none, and `StorageUnavailableError`.
        """

    def of_streams(self, parts: Sequence[StreamPart]) -> Iterator[LogItem]:
        """Return the events of parts of streams, part by part; they are read as they are taken.

        Raises `StorageUnavailableError`.
        """
