"""What read models need of the place they are kept in, and of the log they are derived from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from application.epoch_ports import LogLength
from application.rebuild_ports import Room
from domain.errors import WorktrailError
from domain.record import Event, RecordedEvent

Row: TypeAlias = tuple[Any, ...]
"""One row of a read model's table, in the order of its columns."""


class LostPlaceError(Exception):
    """Somebody else moved the projection: whatever was worked out is to be dropped."""


class RefusedRowsError(Exception):
    """The table cannot hold these rows; nothing of them was written. The message is a sentence."""


class RebuildRunningError(WorktrailError):
    """Somebody is at it already."""

    def __init__(self, projection: str) -> None:
        super().__init__(f"{projection} is being rebuilt or verified by another process already.")
        self.projection = projection


class UnreadableEvent(Struct, frozen=True):
    """A row of the log that cannot be decoded; `kind` is `None` where even its name is unknown."""

    position: int
    originator_id: UUID
    originator_version: int
    kind: type[Event] | None
    problem: str

    def comes_next(self, before: int) -> bool:
        """Say whether nothing is missing between a position and this event's."""
        return self.position == before + 1


LogItem: TypeAlias = RecordedEvent | UnreadableEvent


class Page(Struct, frozen=True):
    """What stands in the log behind a position, up to `end`; empty where nothing does."""

    items: Sequence[LogItem]
    end: int

    def up_to(self, position: int | None) -> "Page":
        """Return the part of it up to a position, all of it where none is given."""
        if position is None or self.end <= position:
            return self
        items = [item for item in self.items if item.position <= position]
        return Page(items, items[-1].position if items else position)


class Tracked(Struct, frozen=True):
    """How far one generation of a read model is.

    `parked` holds the first event of each stream that it could not take; `revision` counts how
    often streams went on. `problem` says in a sentence why it cannot be followed.
    """

    projection: str
    generation: int
    position: int
    parked: Mapping[UUID, int]
    revision: int = 0
    problem: str | None = None

    @property
    def waiting(self) -> frozenset[UUID]:
        """The streams of which nothing more is taken from here on."""
        return frozenset(s for s, position in self.parked.items() if position <= self.position + 1)

    def takes(self, stream_id: UUID, position: int) -> bool:
        """Say whether this event of a stream does not wait behind one that could not be taken."""
        parked_at = self.parked.get(stream_id)
        return parked_at is None or position < parked_at


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
    """Writes into one generation; where it moves that on, rows and position go together."""

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows into the generation's table. Raises `RefusedRowsError`."""

    def fill(self, rows: Sequence[Row]) -> None:
        """Write rows none of whose keys is there yet. Raises `RefusedRowsError`."""

    def park(self, stream_id: UUID, position: int, problem: str) -> None:
        """Let a stream wait from this event on, and since it first did."""

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


class Share(Struct, frozen=True):
    """A share of all streams, by the number of shares; by default all of them."""

    number: int = 0
    shares: int = 1


class Scanned(Struct, frozen=True):
    """Some events in the order of their streams; `goes_on` with the last stream of those before."""

    items: Sequence[LogItem]
    goes_on: bool


class Difference(Struct, frozen=True):
    """A row that a fold from zero and the read model do not have alike.

    `columns` names those that differ, each with what was expected and found; all of them where one
    side has no such row. `positions` are the first events behind the row.
    """

    key: Mapping[str, str]
    columns: Mapping[str, tuple[str | None, str | None]]
    positions: Sequence[int]


class Comparison(Struct, frozen=True):
    """How many rows a fold from zero has, in how many the read model differs, and the first."""

    rows: int
    different: int
    first: Sequence[Difference]


class RebuildSession(EventSource, ProjectionTracking, LogLength, Protocol):
    """The connections on which read models are built again, beside the ones that are read."""

    def stay(self) -> None:
        """Give a sign of life: a session that is silent for long is ended."""

    def end(self) -> int:
        """Return the log's last position."""

    def room(self, projection: str) -> Room:
        """Return how much room a generation needs and how much there is."""

    def begin(self, projection: str) -> Tracked:
        """Remove what an earlier rebuild left behind, and make an empty generation.

        Raises `RebuildRunningError`.
        """

    def scan(self, upto: int, kinds: Sequence[type[Event]], share: Share) -> Iterator[Scanned]:
        """Return every event of these kinds up to a position, stream by stream, in order."""

    def filling(self, generations: Sequence[Tracked]) -> AbstractContextManager[Sequence[Writing]]:
        """Write into several generations; not all at once, for one that is not whole is dropped."""

    def filled(self, tracked: Tracked, upto: int) -> Tracked:
        """Make a filled generation's indexes, and note how far it is."""

    def switch(self, tracked: Tracked) -> bool:
        """Let a generation be the one that is read, unless that one is further; say whether."""

    def drop_others(self, projection: str) -> None:
        """Drop the generations that are not read."""

    def snapshot(self) -> AbstractContextManager[None]:
        """Let everything inside the block be read as it is at one moment."""

    def compare(self, scratch: Tracked, living: Tracked, most: int) -> Comparison:
        """Compare two generations, and return the first rows in which they differ."""

    def first_hole(self) -> int | None:
        """Return the lowest position below the last that no event has, though none was lost."""
