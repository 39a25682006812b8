"""The one connection on which a projector leads, is woken, reads and writes."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Self
from uuid import UUID

import psycopg

from application.read_model_ports import KeptState, LogItem, Opening, Page, Tracked
from infrastructure import announcements, log_pages, tracking
from infrastructure.current_activities import CURRENT_ACTIVITIES, states
from infrastructure.database import Database, answering
from infrastructure.database import Rows as Connection
from infrastructure.mapper import EventMapper
from infrastructure.projection_writing import ProjectionWriting
from infrastructure.read_models import READ_TABLES

# The table's own number keeps two logs in one database apart.
_LEAD: Final = "SELECT pg_try_advisory_lock(7303, 'event_log'::regclass::oid::integer)"

# Whoever leads and is stopped, or whose host is gone, loses the lock with the session. What is
# lost of the last commits when the server falls is followed once more, for rows and position
# are lost together: so no commit of a read model need wait for the disk, nor keep the log from it.
_SETTINGS: Final = """
    SET idle_session_timeout = '4s';
    SET idle_in_transaction_session_timeout = '4s';
    SET synchronous_commit = off
"""


class PostgresProjectorSession:
    """A connection in autocommit mode; whoever opened it closes it."""

    def __init__(self, connection: Connection, mapper: EventMapper) -> None:
        self._connection = connection
        self._cursor = connection.cursor(binary=True)
        self._mapper = mapper
        self._is_leader = False

    @classmethod
    @contextmanager
    def opened(cls, database: Database, mapper: EventMapper) -> Generator[Self]:
        """Open a session of its own. Raises `StorageUnavailableError`."""
        with database.connect() as connection:
            with answering():
                connection.execute(_SETTINGS)
            yield cls(connection, mapper)

    def leads(self) -> bool:
        """Say whether this connection is the one that follows, as it stays to its end."""
        if not self._is_leader:
            with answering():
                row = self._cursor.execute(_LEAD).fetchone()
            self._is_leader = row is not None and bool(row[0])
        return self._is_leader

    def listen(self) -> None:
        """Have appended events announced from here on."""
        with answering():
            announcements.listen(self._connection)

    def wait(self, seconds: float) -> None:
        """Wait until something is announced, but no longer than this."""
        with answering():
            announcements.wait(self._connection, seconds)

    def page(self, after: int, limit: int) -> Page:
        """Return what stands behind this position, in order, at most `limit` events."""
        with answering():
            return log_pages.page(self._cursor, self._mapper, after, limit)

    def states(self, streams: Sequence[UUID]) -> Mapping[UUID, KeptState]:
        """Return the states that the current activities have of these streams."""
        with answering():
            living = tracking.living(self._cursor, CURRENT_ACTIVITIES.name)
            if living.problem is not None:
                return {}
            try:
                return states(self._cursor, living.generation, streams)
            except psycopg.errors.UndefinedTable:
                # It was just rebuilt and dropped: whoever has no state folds from the log.
                return {}

    def beginnings(self, streams: Mapping[UUID, int]) -> Iterator[LogItem]:
        """Return the events of each stream below its version, in order, stream by stream."""
        with answering():
            yield from log_pages.beginnings(self._cursor, self._mapper, streams)

    def opened_on(self, openings: Sequence[Opening]) -> Mapping[int, int]:
        """Return the work order of each opening, by the opening's position."""
        with answering():
            return log_pages.opened_on(self._cursor, openings)

    def tracked(self, projection: str) -> Tracked:
        """Return how far the living generation of a read model is."""
        with answering():
            return tracking.living(self._cursor, projection)

    @contextmanager
    def moving(self, tracked: Tracked, to: int) -> Generator[ProjectionWriting]:
        """Move a generation from where it is known to be; commit at the end of the block.

        Raises `LostPlaceError` where it is elsewhere, and `StorageUnavailableError`.
        """
        with answering(), self._connection.transaction():
            # First of all: whoever waits here for another writer finds that its place is lost.
            tracking.move(self._cursor, tracked, to)
            yield ProjectionWriting(self._cursor, READ_TABLES[tracked.projection], tracked)

    def stopped(self, tracked: Tracked, problem: str) -> None:
        """Note why a projection cannot go on."""
        with answering():
            tracking.stop(self._cursor, tracked, problem)
