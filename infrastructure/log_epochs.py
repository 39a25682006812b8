"""Reading the log's epochs: where it goes on after a restore, and how many positions are lost."""

from datetime import datetime
from typing import Final

from application.epoch_ports import Epoch
from domain.identity import LOG_STREAM
from domain.log_epochs import LogRestored
from domain.record import RecordedEvent
from infrastructure import log_rows
from infrastructure.mapper import EventMapper
from infrastructure.statements import Cursor

LOST: Final = f"""
    SELECT restored.position AS first_position, restored.position - 1 - coalesce(
        (SELECT max(position) FROM event_log WHERE position < restored.position), 0) AS lost
    FROM event_log AS restored WHERE restored.stream_id = '{LOG_STREAM}'
"""  # noqa: S608 - constants only
"""The first position of each epoch that a restore began, and how many positions were lost."""

_COUNT: Final = f"""
    SELECT %b - coalesce(sum(lost), 0)::bigint FROM ({LOST}) AS epoch WHERE first_position <= %b
"""  # noqa: S608 - constants only

_END: Final = "SELECT coalesce(max(position), 0) FROM event_log"

_RESTORES: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log WHERE stream_id = %b ORDER BY version
"""  # noqa: S608 - constants only

_RECORDED_AT: Final = "SELECT recorded_at FROM event_log WHERE position = %b"


def end(cursor: Cursor) -> int:
    """Return the position of the log's last event, 0 where there is none."""
    row = cursor.execute(_END).fetchone()
    return int(row[0]) if row else 0


def count(cursor: Cursor, position: int) -> int:
    """Return how many events stand up to a position."""
    row = cursor.execute(_COUNT, (position, position)).fetchone()
    return int(row[0]) if row else 0


def epochs(cursor: Cursor, mapper: EventMapper) -> list[Epoch]:
    """Return every restore on record, in order; to be asked on a binary cursor."""
    rows = log_rows.as_rows(cursor.execute(_RESTORES, (LOG_STREAM,)))
    return [epoch(cursor, mapper.to_domain_event(row), row.recorded_at) for row in rows]


def epoch(cursor: Cursor, recorded: RecordedEvent, moment: datetime) -> Epoch:
    """Return the epoch that an event begins."""
    restored = recorded.event
    if not isinstance(restored, LogRestored):
        raise TypeError(f"{type(restored).__name__} begins no epoch")
    last = recorded_at(cursor, restored.restored_end)
    return Epoch(restored, last, moment, recorded.metadata.actor)


def recorded_at(cursor: Cursor, position: int) -> datetime | None:
    """Return when the event at a position was recorded, if there is one."""
    row = cursor.execute(_RECORDED_AT, (position,)).fetchone()
    return row[0] if row else None
