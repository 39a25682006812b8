"""Folding activities from their streams, where their heads cannot be trusted."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from application.journal_ports import FoldedStream
from application.ports import UnreadableEventError
from domain.activity import Activity, ActivityEvent, evolve
from infrastructure import log_rows
from infrastructure.mapper import EventMapper, ReadRow
from infrastructure.statements import Cursor

_STREAMS: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE stream_id = ANY(%b)
    ORDER BY stream_id, version
"""  # noqa: S608 - constants only


def fold_activities(
    cursor: Cursor, mapper: EventMapper, streams: Sequence[UUID]
) -> dict[UUID, FoldedStream]:
    """Return the decision state of each stream, folded from its first event on.

    Of a stream with events that cannot be read, the first of them is told instead.
    """
    activities: dict[UUID, FoldedStream] = dict.fromkeys(streams, Activity())
    with cursor.connection.cursor(binary=True) as binary:
        for row in log_rows.as_rows(binary.execute(_STREAMS, (list(streams),))):
            activity = activities[row.originator_id]
            if isinstance(activity, Activity):
                activities[row.originator_id] = _after(activity, row, mapper)
    return activities


def _after(activity: Activity, row: ReadRow, mapper: EventMapper) -> FoldedStream:
    try:
        recorded = mapper.to_domain_event(row)
    except UnreadableEventError as unreadable:
        return unreadable
    if not isinstance(recorded.event, ActivityEvent):
        return activity
    return evolve(activity, recorded.event, row.recorded_at, recorded.metadata.sender)
