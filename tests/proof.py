"""What must hold of every log, whatever happened while it was written."""

from collections import Counter
from itertools import pairwise
from typing import Final
from uuid import UUID

from domain.activity import (
    Activity,
    ActivityEvent,
    WorkOrderReported,
    WorkOrderReportRepeated,
    evolve,
)
from domain.record import RecordedEvent
from infrastructure import heads
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.mapper import EventMapper

_PAGE: Final = 10_000
"""Of a long log read at once, the server would end the transaction for being idle."""


def events_of(database: Database) -> list[RecordedEvent]:
    """Return the whole log, in order."""
    mapper, log = EventMapper(), EventLog(database)
    events: list[RecordedEvent] = []
    while rows := log.select_notifications(_last_position(events) + 1, _PAGE):
        events.extend(mapper.to_domain_event(row) for row in rows)
    return events


def prove_whole(database: Database) -> list[RecordedEvent]:
    """Assert that nothing is missing, doubled or out of order, and return the log.

    Positions are without holes but those of restores on record, versions without any, times never
    go back, every head equals a fold of its stream from zero, and no activity id is open twice.
    """
    events = events_of(database)
    positions = [0, *(event.position for event in events)]
    assert all(event.comes_next(before) for before, event in zip(positions, events, strict=False))
    times = [event.recorded_at for event in events if event.recorded_at is not None]
    assert len(times) == len(events)
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert len({event.event_id for event in events}) == len(events)
    folded: dict[UUID, Activity] = {}
    versions: Counter[UUID] = Counter()
    for recorded, moment in zip(events, times, strict=True):
        stream_id = recorded.originator_id
        versions[stream_id] += 1
        assert recorded.originator_version == versions[stream_id]
        if isinstance(recorded.event, ActivityEvent):
            before = folded.get(stream_id, Activity())
            folded[stream_id] = evolve(before, recorded.event, moment, recorded.metadata.sender)
    assert _heads(database, list(folded)) == folded
    opened = [activity.activity_id for activity in folded.values() if activity.activity_id]
    assert len(opened) == len(set(opened)) or len({event.client_id for event in events}) > 1
    return events


def deliveries_on_record(events: list[RecordedEvent]) -> Counter[tuple[str, bool]]:
    """Count the recorded deliveries by digest and by whether they were repeats."""
    return Counter(
        (recorded.event.digest.hex(), isinstance(recorded.event, WorkOrderReportRepeated))
        for recorded in events
        if isinstance(recorded.event, WorkOrderReported | WorkOrderReportRepeated)
    )


def _last_position(events: list[RecordedEvent]) -> int:
    return events[-1].position if events else 0


def _heads(database: Database, streams: list[UUID]) -> dict[UUID, Activity]:
    with database.connection() as connection, connection.cursor() as cursor:
        trusted, doubtful = heads.read(cursor, streams)
    assert doubtful == []
    return trusted
