"""Putting on record that the log was restored, under its lock.

The event stands at the epoch's first position, so whoever appends next finds by the log's end alone
where to go on.
"""

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Final
from uuid import UUID

import psycopg

from application.epoch_ports import Epoch, LogBusyError
from application.journal_ports import LogEnd
from domain.log_epochs import LogRestored
from domain.record import RecordedEvent
from domain.restore import FoundLog
from infrastructure import links, log_rows
from infrastructure.database import Database
from infrastructure.log_epochs import epoch, epochs, recorded_at
from infrastructure.mapper import EventMapper
from infrastructure.statements import Cursor

# Where the database was put back in parts, the rest of it may know of more than the log.
_KNOWN: Final = """
    SELECT greatest((SELECT max(position) FROM projection_generations),
                    (SELECT max(from_position) FROM activity_links),
                    (SELECT max(to_position) FROM activity_links))
"""

_SKIP_IDS: Final = """
    INSERT INTO passed_activity_ids AS passed (client_id, activity_id)
    SELECT * FROM unnest(%b::uuid[], %b::integer[])
    ON CONFLICT (client_id) DO UPDATE
    SET activity_id = greatest(passed.activity_id, excluded.activity_id)
"""

_UNDO_OPENINGS: Final = "DELETE FROM activity_links WHERE from_position > %b"
_UNDO_RELEASES: Final = "UPDATE activity_links SET to_position = NULL WHERE to_position > %b"


class PostgresEpochs:
    """Reads and records the epochs."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper

    def all(self) -> Sequence[Epoch]:
        """Return every restore on record, in order. Raises `StorageUnavailableError`."""
        with self._database.connection() as connection, connection.cursor(binary=True) as cursor:
            return epochs(cursor, self._mapper)

    @contextmanager
    def transaction(self) -> Generator["PostgresEpochTransaction"]:
        """Take the log's lock; commit at the end of the block, roll back on an error.

        Raises `LogBusyError` and `StorageUnavailableError`.
        """
        with self._database.connection() as connection, connection.cursor(binary=True) as cursor:
            try:
                log_rows.lock(cursor)
            except psycopg.errors.LockNotAvailable as error:
                raise LogBusyError from error
            yield PostgresEpochTransaction(cursor, self._mapper)


class PostgresEpochTransaction:
    """What is read and written under the log's lock."""

    def __init__(self, cursor: Cursor, mapper: EventMapper) -> None:
        self._cursor = cursor
        self._mapper = mapper

    def look(self, clients: Collection[UUID]) -> FoundLog:
        """Return how far the log is, what else the database tells of, and these clients' ids."""
        end = log_rows.end(self._cursor)
        row = self._cursor.execute(_KNOWN).fetchone()
        known = row[0] if row and row[0] is not None else 0
        highest = links.highest_ids(self._cursor, clients)
        found = epochs(self._cursor, self._mapper)
        return FoundLog(
            found_at=end.recorded_at,
            end=end.position,
            last_recorded_at=recorded_at(self._cursor, end.position),
            known_position=max(known, end.position),
            highest_ids={client_id: highest.get(client_id, 0) for client_id in clients},
            latest=found[-1].restored if found else None,
        )

    def begin_epoch(self, recorded: RecordedEvent, restored: LogRestored) -> Epoch:
        """Append the event that begins an epoch, and undo what the database has beyond the log."""
        moment = log_rows.end(self._cursor).recorded_at
        behind = LogEnd(restored.first_position - 1, moment)
        log_rows.append(self._cursor, behind, [self._mapper.to_stored_event(recorded)])
        passed = restored.activity_ids
        self._cursor.execute(
            _SKIP_IDS, ([it.client_id for it in passed], [it.activity_id for it in passed])
        )
        self._cursor.execute(_UNDO_OPENINGS, (restored.restored_end,))
        self._cursor.execute(_UNDO_RELEASES, (restored.restored_end,))
        return epoch(self._cursor, recorded, moment)
