"""What questions of programs need of the read models."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from application.read_model_ports import KeptState
from application.stream_ports import RecordedEvents
from domain.errors import WorktrailError

SearchOrder: TypeAlias = Literal["work-order", "scheduled", "recorded", "newest"]
"""By what rows are sorted, and then by work order: by what the search bounds, if it does.

The newest come from the last recorded on, backwards.
"""

SearchKey: TypeAlias = tuple[datetime | None, int]
"""Where a row stands in the order: its time, unless that is by work order alone, and its id."""


class OutdatedReadModelError(WorktrailError):
    """The read model cannot be read as it is: mostly, another release made its table otherwise."""

    def __init__(self, projection: str, reason: str = "was made by another release") -> None:
        super().__init__(f"{projection} {reason}, and has yet to be rebuilt.")
        self.projection = projection


class LostPositionError(WorktrailError):
    """Whoever follows from here has seen what the log lost before it was restored."""

    def __init__(self, position: int, restored_end: int, first_position: int) -> None:
        super().__init__(
            f"Position {position} is lost: the log was restored from a backup, and has nothing "
            f"between positions {restored_end} and {first_position}. What was told of them may "
            "never have been recorded: load the states again, and follow from their "
            "Worktrail-Position."
        )
        self.position = position


class Search(Struct, frozen=True):
    """What activities and work orders are searched by; `None` asks nothing.

    Of `text` every word has to be in the description or the notes. `is_linked` asks for those that
    an activity follows, or for the others. `at` is when something is overdue or not. With
    `newest_first` those come first that were reported last.
    """

    at: datetime
    work_order_id: int | None = None
    activity_id: int | None = None
    is_linked: bool | None = None
    number: str | None = None
    purchase_number: str | None = None
    status: str | None = None
    extended_status: str | None = None
    trade: str | None = None
    priority: str | None = None
    location_id: int | None = None
    scheduled_after: datetime | None = None
    scheduled_before: datetime | None = None
    recorded_after: datetime | None = None
    recorded_before: datetime | None = None
    is_overdue: bool | None = None
    text: str | None = None
    newest_first: bool = False

    @property
    def order(self) -> SearchOrder:
        """By what its results are sorted."""
        if self.newest_first:
            return "newest"
        if self.is_overdue or self.scheduled_after or self.scheduled_before:
            return "scheduled"
        if self.recorded_after or self.recorded_before:
            return "recorded"
        return "work-order"


class FoundActivity(Struct, frozen=True):
    """A row of the search, as far as the read model is; `position` is its last event's."""

    client_id: UUID
    work_order_id: int
    activity_id: int | None
    position: int
    version: int
    number: str | None
    purchase_number: str | None
    status: str | None
    extended_status: str | None
    trade: str | None
    priority: str | None
    location_id: int | None
    location_name: str | None
    scheduled: str | None
    scheduled_at: datetime | None
    recorded_at: datetime | None
    reported_at: datetime | None
    is_overdue: bool


class FoundPage(Struct, frozen=True):
    """Some rows, whether there are more behind them, and how far the read model is."""

    rows: Sequence[FoundActivity]
    is_last: bool
    position: int


class ActivitySearches(Protocol):
    """Searches activities and work orders."""

    def find(
        self, client_id: UUID, search: Search, after: SearchKey | None, limit: int
    ) -> FoundPage:
        """Return a client's rows behind a key, in the search's order, at most `limit`.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """


class KeptStates(Protocol):
    """Reads what the current activities have of a stream."""

    def of_stream(self, stream_id: UUID) -> KeptState | None:
        """Return the kept state, if there is one.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """

    def of_streams(self, streams: Sequence[UUID]) -> Mapping[UUID, KeptState]:
        """Return the kept states of those streams that have one.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """


class Recalls(Protocol):
    """Finds the recalls of a work order, as far as the search is."""

    def of_work_order(self, client_id: UUID, work_order_id: int) -> Sequence[int]:
        """Return the ids of the client's work orders that are recalls of this one, in order.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """


class TimelineRow(Struct, frozen=True):
    """An event as the timeline tells it.

    `changes` is a JSON array, `None` of an event that the timeline could not take: its stream waits
    there for a mend, and what it is of is told as it was last known.
    """

    position: int
    client_id: UUID
    stream_id: UUID
    version: int
    work_order_id: int | None
    activity_id: int | None
    name: str
    recorded_at: datetime
    verdict: str | None
    changes: bytes | None


class TimelinePage(Struct, frozen=True):
    """Some events, in order; `end` is where to go on, `is_full` says that there are more."""

    rows: Sequence[TimelineRow]
    end: int
    is_full: bool


class TimelineEvents(Protocol):
    """Reads the timeline as the change feed tells it."""

    def page(
        self, client_id: UUID, activity_id: int | None, after: int | None, limit: int
    ) -> TimelinePage:
        """Return a client's events, or one activity's, behind a position.

        Behind the timeline's end, where no position is given. Raises `LostPositionError`,
        `OutdatedReadModelError` and `StorageUnavailableError`.
        """


class TimelineMoves(Protocol):
    """Tells when the timeline moves on."""

    def listening(self) -> AbstractContextManager[Callable[[float], int]]:
        """Lend what waits for a move, but no longer than so many seconds, and returns the position.

        Raises `StorageUnavailableError`.
        """


class ReadModelQueries(Protocol):
    """All that is asked of the read models, and of the log beside them."""

    @property
    def searches(self) -> ActivitySearches:
        """What searches."""

    @property
    def kept_states(self) -> KeptStates:
        """What reads kept states."""

    @property
    def recalls(self) -> Recalls:
        """What finds recalls."""

    @property
    def timeline_events(self) -> TimelineEvents:
        """What reads the timeline."""

    @property
    def recorded_events(self) -> RecordedEvents:
        """What reads the log where the timeline tells of it."""

    @property
    def timeline_moves(self) -> TimelineMoves:
        """What tells when it moves on."""
