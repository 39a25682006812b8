"""What telling the gaps in a client's record needs from outside."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.open_then import Step
from domain.rhythm import Minute
from domain.runs import Run

Tell: TypeAlias = Callable[[int, int], object]
"""Hears how much is done, and of how much."""


class RunsOnRecord(Struct, frozen=True):
    """Some runs, and since when runs are on record at all, if they are."""

    runs: Sequence[Run]
    recorded_since: datetime | None


class RunStore(Protocol):
    """Keeps when each process served."""

    def save(self, runs: Sequence[Run]) -> None:
        """Keep runs as they are known now. Raises `StorageUnavailableError`."""

    def since(self, moment: datetime) -> RunsOnRecord:
        """Return the runs that went on after this time, and the last one before it."""


class LogTimes(Protocol):
    """Knows what was recorded when."""

    def positions_at(self, moments: Collection[datetime]) -> Mapping[datetime, int]:
        """Return the last position that was recorded up to each moment, 0 where there is none."""


class DeliveryTimes(Protocol):
    """Reads when deliveries of a client arrived."""

    def minutes(
        self, client_id: UUID, after: int, tell: Tell
    ) -> tuple[int, Mapping[str, Sequence[Minute]]]:
        """Return, of each sender, the minutes with deliveries behind a position, in order.

        First comes how far they are known. Raises `OutdatedReadModelError` and
        `StorageUnavailableError`.
        """


class PastStatuses(Protocol):
    """Reads which work orders of a client are open, and what happened to their statuses."""

    def open_now(self, client_id: UUID) -> tuple[int, Sequence[int]]:
        """Return those that are open, as far as is known up to a position, which comes first."""

    def steps_back(self, client_id: UUID, upto: int, after: int, tell: Tell) -> Iterator[Step]:
        """Return the steps behind a position and up to another, the newest first."""


class ReportedStates(Protocol):
    """Reads what is known of a client's work orders that were reported lately."""

    def since(self, client_id: UUID, moment: datetime, tell: Tell) -> Iterator[tuple[int, bytes]]:
        """Return those reported since, each with what is known of it, packed."""


class OutageRecord(Protocol):
    """All that is asked about outages."""

    @property
    def runs(self) -> RunStore:
        """What keeps when each process served."""

    @property
    def log_times(self) -> LogTimes:
        """What knows what was recorded when."""

    @property
    def delivery_times(self) -> DeliveryTimes:
        """What knows when deliveries arrived."""

    @property
    def statuses(self) -> PastStatuses:
        """What knows which work orders were open."""

    @property
    def states(self) -> ReportedStates:
        """What knows what is known of work orders."""
