"""Folding activities from their streams, where their heads cannot be trusted."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.activity import Activity, ActivityEvent, evolve
from infrastructure import log_rows
from infrastructure.mapper import EventMapper
from infrastructure.statements import Cursor

_STREAMS: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE stream_id = ANY(%b)
    ORDER BY stream_id, version
"""  # noqa: S608 - constants only


def fold_activities(
    cursor: Cursor, mapper: EventMapper, streams: Sequence[UUID]
) -> dict[UUID, Activity]:
    """Return the decision state of each stream, folded from its first event on."""
    activities = dict.fromkeys(streams, Activity())
    with cursor.connection.cursor(binary=True) as binary:
        for row in log_rows.as_rows(binary.execute(_STREAMS, (list(streams),))):
            recorded = mapper.to_domain_event(row)
            event = recorded.event
            if isinstance(event, ActivityEvent):
                activities[recorded.originator_id] = evolve(
                    activities[recorded.originator_id],
                    event,
                    row.recorded_at,
                    recorded.metadata.sender,
                )
    return activities
