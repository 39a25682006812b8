"""How the read models are doing, as those who look after them see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

ProjectionState: TypeAlias = Literal["following", "stopped", "waiting", "outdated"]
"""`waiting`: no projector runs; `outdated`: another release made the table, rebuild it."""


class ParkedStream(Struct, frozen=True):
    """A stream that waits in one projection, since when and for which event.

    `event` is its name, `None` where the log has lost it.
    """

    projection: str
    stream_id: UUID
    position: int
    problem: str
    since: datetime
    event: str | None


class ProjectionStatus(Struct, frozen=True):
    """How a read model is doing, as the database tells it.

    `rate` is in events a second over the last seconds, `is_led` whether any projector is running.
    """

    name: str
    position: int
    lag_events: int
    lag_seconds: float
    rate: float
    parked: int
    error: str | None
    is_outdated: bool
    is_led: bool

    @property
    def state(self) -> ProjectionState:
        """Whether it follows the log, and if not, why."""
        if self.is_outdated:
            return "outdated"
        if not self.is_led:
            return "waiting"
        return "stopped" if self.error else "following"


class ProjectionStatuses(Protocol):
    """Reads how the read models are doing."""

    def statuses(self) -> Sequence[ProjectionStatus]:
        """Return all of them, by name. Raises `StorageUnavailableError`."""

    def parked(self) -> Sequence[ParkedStream]:
        """Return every stream that waits in a living generation."""
