"""The rows of the event log: how they are locked, appended and read. One statement each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from application.journal_ports import LogEnd
from infrastructure.columns import read_integer, read_timestamptz
from infrastructure.mapper import LogRow, NewRow, ReadRow
from infrastructure.parameters import (
    bigint,
    byteas,
    integers,
    texts,
    timestamptz,
    timestamptzs,
    uuids,
)
from infrastructure.statements import Cursor, Request, Statement

COLUMNS: Final = (
    "stream_id, version, name, state, position, client_id, event_id, arrived_at, recorded_at,"
    " data_key_id"
)

# The table's own number keeps two logs in one database apart. The lock is a statement of its own:
# one that locks and reads would read what it saw before it had the lock.
_LOCK: Final = "SELECT pg_advisory_xact_lock(7301, 'event_log'::regclass::oid::integer)"

BEGIN: Final[Sequence[Request]] = (
    (Statement("log_begin", "BEGIN ISOLATION LEVEL READ COMMITTED"), ()),
    (Statement("log_lock", _LOCK), ()),
)
"""Begins a transaction under the log's write lock, on a connection in autocommit mode."""

COMMIT: Final[Request] = (Statement("log_commit", "COMMIT"), ())

END: Final = """
    SELECT coalesce(max(position), 0) AS position,
           greatest(clock_timestamp(), (SELECT recorded_at FROM event_log
                                        ORDER BY position DESC LIMIT 1)) AS recorded_at
    FROM event_log
"""
"""Where the log ends, and when what follows is recorded; to be asked under the lock."""

INSERT: Final = """
    INSERT INTO event_log (position, recorded_at, arrived_at, stream_id, client_id, event_id,
                           data_key_id, version, name, state)
    SELECT $1 + row.place, $2, row.arrived_at, row.stream_id, row.client_id, row.event_id,
           row.data_key_id, row.version, row.name, row.state
    FROM unnest($3, $4, $5, $6, $7, $8, $9, $10)
         WITH ORDINALITY AS row (arrived_at, stream_id, client_id, event_id, data_key_id,
                                 version, name, state, place)
"""
INSERT_TYPES: Final = (
    *("bigint", "timestamptz", "timestamptz[]", "uuid[]", "uuid[]", "uuid[]", "uuid[]"),
    *("integer[]", "text[]", "bytea[]"),
)

# A channel's name cannot be a parameter of NOTIFY; it carries the table's number like the lock.
WAKE: Final = "SELECT pg_notify('event_log_' || 'event_log'::regclass::oid, '')"

_END: Final = Statement("log_end", END)
_APPEND: Final = Statement("log_append", f"WITH appended AS ({INSERT}) {WAKE}", *INSERT_TYPES)

_CHANNEL: Final = "SELECT 'event_log_' || 'event_log'::regclass::oid"


def lock(cursor: Cursor) -> None:
    """Wait for the log's write lock and hold it to the end of the transaction."""
    cursor.execute(_LOCK)


def end(cursor: Cursor) -> LogEnd:
    """Return where the log ends; to be called under the lock."""
    [[position, moment]] = _END.rows(cursor)
    return read_end(position, moment)


def read_end(position: bytes | None, recorded_at: bytes | None) -> LogEnd:
    """Return the end that two columns tell of."""
    return LogEnd(read_integer(position), read_timestamptz(recorded_at))


def append(cursor: Cursor, last: LogEnd, rows: Sequence[LogRow]) -> None:
    """Append rows in order behind `last` and wake the followers; to be called under the lock."""
    _APPEND.execute(cursor, *insert_parameters(last, rows))


def insert_parameters(last: LogEnd, rows: Sequence[LogRow | NewRow]) -> tuple[bytes, ...]:
    """Return what `INSERT` takes to append rows in order behind `last`."""
    return (
        bigint(last.position),
        timestamptz(last.recorded_at),
        timestamptzs([row.arrived_at for row in rows]),
        uuids([row.originator_id for row in rows]),
        uuids([row.client_id for row in rows]),
        uuids([row.event_id for row in rows]),
        uuids([row.data_key_id for row in rows]),
        integers([row.originator_version for row in rows]),
        texts([row.topic for row in rows]),
        byteas([row.state for row in rows]),
    )


def channel(cursor: Cursor) -> str:
    """Return the name of the channel on which appends are announced."""
    cursor.execute(_CHANNEL)
    row = cursor.fetchone()
    return str(row[0]) if row else ""


def as_rows(fetched: Iterable[tuple[Any, ...]]) -> list[ReadRow]:
    """Turn what was selected with `COLUMNS` into rows."""
    return [_row(*columns) for columns in fetched]


def _row(
    stream_id: UUID,
    version: int,
    name: str,
    state: bytes,
    position: int,
    client_id: UUID,
    event_id: UUID,
    arrived_at: datetime,
    recorded_at: datetime,
    data_key_id: UUID | None,
) -> ReadRow:
    return ReadRow(
        originator_id=stream_id,
        originator_version=version,
        topic=name,
        state=state,
        id=position,
        client_id=client_id,
        event_id=event_id,
        arrived_at=arrived_at,
        recorded_at=recorded_at,
        data_key_id=data_key_id,
    )
