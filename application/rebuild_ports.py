"""What rebuilding needs of the disk, and what it tells of how far it is."""

from collections.abc import Callable
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

Phase: TypeAlias = Literal["filling", "indexing", "catching up", "done"]


class Room(Struct, frozen=True):
    """The bytes that a rebuild needs at the most, and those that are free, if that can be seen."""

    needed: int
    free: int | None


class Progress(Struct, frozen=True):
    """How far the rebuild of one read model is; `done` and `total` count events."""

    name: str
    phase: Phase
    done: int
    total: int


Tell: TypeAlias = Callable[[Progress], None]


class HeadsRebuild(Protocol):
    """Folds the heads of all activities anew, beside the journal."""

    def room(self) -> Room:
        """Return how much room the new heads need and how much there is."""

    def __call__(self, tell: Tell) -> int:
        """Return how many there are. Raises `RebuildRunningError`."""
