"""The log's epochs: one that was put back from a backup goes on where nobody has been yet."""

from typing import TypeAlias
from uuid import UUID

from msgspec import Struct


class LastActivityId(Struct, frozen=True, omit_defaults=True):
    """Up to this id, a client's ids may have been given out; the next one is beyond it."""

    client_id: UUID
    activity_id: int


class LogRestored(Struct, frozen=True, omit_defaults=True):
    """The log was put back from a backup that ended at `restored_end`; a new epoch begins.

    The event stands at `first_position`, beyond every position that was known, and so explains
    that the ones in between are missing. `is_assumed` where nobody knew the last one.
    """

    epoch: int
    restored_end: int
    first_position: int
    is_assumed: bool = False
    reason: str | None = None
    activity_ids: tuple[LastActivityId, ...] = ()

    @property
    def lost(self) -> int:
        """How many positions belong to what is lost, or to nothing."""
        return self.first_position - self.restored_end - 1

    def explains(self, before: int, position: int) -> bool:
        """Say whether at `position` this event rightly comes next behind `before`."""
        return (before, position) == (self.restored_end, self.first_position)


LogEvent: TypeAlias = LogRestored
