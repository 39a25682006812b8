"""What read models need of the place they are kept in, and of the log they are derived from."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.record import Event, RecordedEvent

Row: TypeAlias = tuple[Any, ...]
"""One row of a read model's table, in the order of its columns."""


class LostPlaceError(Exception):
    """Somebody else moved the projection: whatever was worked out is to be dropped."""


class RefusedRowsError(Exception):
    """The table cannot hold these rows; nothing of them was written. The message is a sentence."""


class UnreadableEvent(Struct, frozen=True):
    """A row of the log that cannot be decoded; `kind` is `None` where even its name is unknown."""

    position: int
    originator_id: UUID
    originator_version: int
    kind: type[Event] | None
    problem: str


LogItem: TypeAlias = RecordedEvent | UnreadableEvent


class Page(Struct, frozen=True):
    """What stands in the log behind a position, up to `end`; empty where nothing does."""

    items: Sequence[LogItem]
    end: int


class Tracked(Struct, frozen=True):
    """How far one generation of a read model is.

    `parked` holds the first event of each stream that it could not take. `outdated` says that
    another release made its table otherwise than this one would.
    """

    projection: str
    generation: int
    position: int
    parked: Mapping[UUID, int]
    outdated: bool = False


class KeptState(Struct, frozen=True):
    """The folded state of a stream at one version, as it is kept."""

    version: int
    state: bytes


class Opening(Struct, frozen=True):
    """An activity's opening, by the position of its event."""

    client_id: UUID
    activity_id: int
    position: int


class EventSource(Protocol):
    """Reads the log for those that fold it."""

    def page(self, after: int, limit: int) -> Page:
        """Return what stands behind this position, in order, at most `limit` events."""

    def states(self, streams: Sequence[UUID]) -> Mapping[UUID, KeptState]:
        """Return the states that the current activities have of these streams."""

    def beginnings(self, streams: Mapping[UUID, int]) -> Iterable[LogItem]:
        """Return the events of each stream below its version, in order, stream by stream."""

    def opened_on(self, openings: Sequence[Opening]) -> Mapping[int, int]:
        """Return the work order of each opening, by the opening's position."""


class Writing(Protocol):
    """A transaction that moves one projection on; rows and position are committed together."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows into the generation's table. Raises `RefusedRowsError`."""

    def park(self, stream_id: UUID, position: int, problem: str) -> None:
        """Let a stream wait from this event on."""

    def unpark(self, stream_id: UUID) -> None:
        """Let a stream wait no longer."""


class ProjectionTracking(Protocol):
    """Knows how far read models are, and moves them."""

    def tracked(self, projection: str) -> Tracked:
        """Return how far the living generation of a read model is."""

    def moving(self, tracked: Tracked, to: int) -> AbstractContextManager[Writing]:
        """Move a generation from where it is known to be; commit at the end of the block.

        Raises `LostPlaceError` where it is elsewhere, and `StorageUnavailableError`.
        """

    def stopped(self, tracked: Tracked, problem: str) -> None:
        """Note why a projection cannot go on."""


class ProjectorSession(EventSource, ProjectionTracking, Protocol):
    """One connection, on which all the work of a projector is done."""

    def leads(self) -> bool:
        """Say whether this connection is the one that follows, as it stays to its end."""

    def listen(self) -> None:
        """Have appended events announced from here on."""

    def wait(self, seconds: float) -> None:
        """Wait until something is announced, but no longer than this."""


class ParkedStream(Struct, frozen=True):
    """A stream that waits in one projection, since when and for which event."""

    projection: str
    stream_id: UUID
    position: int
    problem: str
    since: datetime


class ProjectionStatus(Struct, frozen=True):
    """How a read model is doing, as the database tells it.

    `rate` is in events a second over the last seconds, `led` whether any projector is running.
    """

    name: str
    position: int
    lag_events: int
    lag_seconds: float
    rate: float
    parked: int
    error: str | None
    outdated: bool
    led: bool


class ProjectionStatuses(Protocol):
    """Reads how the read models are doing."""

    def statuses(self) -> Sequence[ProjectionStatus]:
        """Return all of them, by name. Raises `StorageUnavailableError`."""

    def parked(self) -> Sequence[ParkedStream]:
        """Return every stream that waits in a living generation."""
