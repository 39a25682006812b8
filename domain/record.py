"""An event as it stands in the log: where, when, and how it came there."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.activity import ActivityEvent
from domain.client import ClientEvent
from domain.log_epochs import LogEvent
from domain.metadata import Metadata
from domain.quarantine import QuarantineEvent

Event: TypeAlias = ActivityEvent | ClientEvent | QuarantineEvent | LogEvent

UNRECORDED = 0
"""The position of an event that is not in the log yet."""


class RecordedEvent(Struct, frozen=True):
    """A domain event with its place on a stream and in the log.

    The first two names are the event-sourcing library's: the stream's id and the event's version
    on it. `arrived_at` is when the cause reached the door, `recorded_at` when it was committed;
    `position` counts 1, 2, 3, … over all streams, and on from elsewhere where the log was restored.
    """

    originator_id: UUID
    originator_version: int
    client_id: UUID
    event_id: UUID
    arrived_at: datetime
    metadata: Metadata
    event: Event
    recorded_at: datetime | None = None
    position: int = UNRECORDED

    def comes_next(self, before: int) -> bool:
        """Say whether nothing is missing between a position and this event's."""
        if self.position == before + 1:
            return True
        return isinstance(self.event, LogEvent) and self.event.explains(before, self.position)
