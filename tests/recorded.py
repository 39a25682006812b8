"""Events as they stand in the log, for tests that need some."""

import hashlib
from datetime import UTC, datetime
from typing import Final
from uuid import UUID, uuid4

from eventsourcing.persistence import StoredEvent

from domain.activity import ReportContent, WorkOrderReported
from domain.metadata import Metadata
from domain.record import Event, RecordedEvent
from infrastructure.event_ids import new_event_id

ARRIVED: Final = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)


def stored(
    stream: UUID | None = None, version: int = 1, *, name: str = "test.v1", state: bytes = b"state"
) -> StoredEvent:
    """Return an event for the log, of a stream of its own unless one is given."""
    return StoredEvent(stream or uuid4(), version, name, state)


def report(
    body: bytes = b'{"Object":{"Id":1}}', reported_at: datetime | None = None
) -> WorkOrderReported:
    """Return what a delivery with this body says."""
    return WorkOrderReported(
        digest=hashlib.sha256(body).digest(),
        media_type="application/json",
        content=ReportContent(body),
        reported_at=reported_at,
    )


def recorded(event: Event, stream: UUID | None = None, version: int = 1) -> RecordedEvent:
    """Return the event with a place on a stream, as it is before it is appended."""
    return RecordedEvent(
        originator_id=stream or uuid4(),
        originator_version=version,
        client_id=uuid4(),
        event_id=new_event_id(),
        arrived_at=ARRIVED,
        metadata=Metadata("webhook", sender="default"),
        event=event,
    )
