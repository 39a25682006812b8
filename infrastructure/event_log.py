"""The event-sourcing library's recorder interface on our own table and connections."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)

from infrastructure import log_rows
from infrastructure.database import Database
from infrastructure.event_ids import new_event_id
from infrastructure.log_subscription import LogSubscription
from infrastructure.mapper import LogRow, ReadRow
from infrastructure.statements import Cursor

_NO_CLIENT: Final = UUID(int=0)

_STREAM: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE stream_id = %s AND version > %s AND version <= %s
    ORDER BY version
    LIMIT %s
"""  # noqa: S608 - constants only

_STREAM_BACKWARDS: Final = _STREAM.replace("ORDER BY version", "ORDER BY version DESC")

_POSITIONS: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE position >= %s AND position <= %s
    ORDER BY position
    LIMIT %s
"""  # noqa: S608 - constants only

_POSITIONS_OF_NAMES: Final = _POSITIONS.replace("ORDER BY", "AND name = ANY(%s) ORDER BY")

_LAST_POSITION: Final = "SELECT max(position) FROM event_log"

_HIGHEST_VERSION: Final = 2**31 - 1
_HIGHEST_POSITION: Final = 2**63 - 1


class EventLog(ApplicationRecorder):
    """All events in commit order, at positions 1, 2, 3, … with holes only where it was restored."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int]:
        """Append events in one transaction and return their positions.

        Raises the library's `IntegrityError` where a stream already has one of the versions, and
        `StorageUnavailableError` where the database is away.
        """
        rows = [_as_log_row(stored) for stored in stored_events]
        if not rows:
            return []
        with self.locked() as cursor:
            last = log_rows.end(cursor)
            try:
                log_rows.append(cursor, last, rows)
            except psycopg.errors.UniqueViolation as error:
                raise IntegrityError(str(error)) from error
        return list(range(last.position + 1, last.position + len(rows) + 1))

    @contextmanager
    def locked(self) -> Generator[Cursor]:
        """Lend a cursor in a transaction that holds the log's write lock."""
        with self._database.connection() as connection, connection.cursor() as cursor:
            log_rows.lock(cursor)
            yield cursor

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[ReadRow]:
        """Return a stream's rows between two versions, the first one exclusive."""
        statement = _STREAM_BACKWARDS if desc else _STREAM
        lowest = -1 if gt is None else gt
        highest = _HIGHEST_VERSION if lte is None else lte
        return self._select(statement, (originator_id, lowest, highest, limit))

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return rows by position, at most `limit`, of these stored names or of all."""
        lowest = (start or 0) + (not inclusive_of_start)
        highest = _HIGHEST_POSITION if stop is None else stop
        if topics:
            return self._select(_POSITIONS_OF_NAMES, (lowest, highest, list(topics), limit))
        return self._select(_POSITIONS, (lowest, highest, limit))

    def max_notification_id(self) -> int | None:
        """Return the last position, `None` of an empty log."""
        with self._database.connection() as connection:
            row = connection.execute(_LAST_POSITION).fetchone()
        return row[0] if row else None

    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Follow the log from behind position `gt` on, without an end."""
        return LogSubscription(self, self._database.connect, gt, topics)

    def _select(self, statement: str, parameters: Sequence[object]) -> list[ReadRow]:
        with self._database.connection() as connection, connection.cursor(binary=True) as cursor:
            return log_rows.as_rows(cursor.execute(statement, parameters))


def _as_log_row(stored: StoredEvent) -> LogRow:
    if isinstance(stored, LogRow):
        return stored
    return LogRow(
        originator_id=UUID(str(stored.originator_id)),
        originator_version=stored.originator_version,
        topic=stored.topic,
        state=stored.state,
        client_id=_NO_CLIENT,
        event_id=new_event_id(),
        arrived_at=datetime.now(UTC),
        data_key_id=None,
    )
