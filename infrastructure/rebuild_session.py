"""The connections of a rebuild: one reads the log stream by stream, the other does the rest."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Self
from uuid import UUID

from application.read_model_ports import (
    Comparison,
    KeptState,
    Scanned,
    Share,
    Tracked,
)
from application.rebuild_ports import Room
from domain.record import Event
from infrastructure import comparison, generations, log_epochs, log_scan
from infrastructure.database import Database, answering
from infrastructure.database import Rows as Connection
from infrastructure.index_building import build_indexes
from infrastructure.mapper import EventMapper
from infrastructure.projection_writing import SharedWriting
from infrastructure.projector_session import PostgresProjectorSession
from infrastructure.read_models import READ_TABLES
from infrastructure.rebuild_lock import be_alone
from infrastructure.rebuild_pace import RebuildPace
from infrastructure.server_disk import free_bytes

# An index takes its time, and so does a portion of large events; a process that was stopped gives
# way all the same. A rebuild that the server's fall cuts short is begun anew anyway. Two indexes
# are made at a time: workers of PostgreSQL's own for each would only be in each other's way. For
# each, what fits into a processor's caches is sorted at a time: three fifths of the work that it is
# to sort all at once. While a statement runs the server looks whether anybody is still there, or
# the session of a rebuild that was killed would keep its locks to the end of an index; on Windows
# it cannot.
SETTINGS: Final = """
    SET statement_timeout = 0;
    SET idle_session_timeout = '60s';
    SET idle_in_transaction_session_timeout = '60s';
    SET tcp_user_timeout = '60s';
    SET synchronous_commit = off;
    SET work_mem = '64MB';
    SET maintenance_work_mem = '8MB';
    SET max_parallel_maintenance_workers = 0;
    SELECT set_config('client_connection_check_interval', '1s', false)
    WHERE version() !~* 'visual|mingw|msvc'
"""
"""For connections on which a rebuild works."""

SIGN_OF_LIFE: Final = "SELECT 'still there'"

_SIZES: Final = """
    SELECT pg_total_relation_size(%b::regclass), pg_total_relation_size('event_log'::regclass)
"""


class PostgresRebuildSession(PostgresProjectorSession):
    """What a projector's session can do, and more; it trusts no state but what it folds itself."""

    def __init__(self, connection: Connection, reading: Connection, mapper: EventMapper) -> None:
        super().__init__(connection, mapper)
        self._reading = reading
        self._pace = RebuildPace()

    @classmethod
    @contextmanager
    def connected(cls, database: Database, mapper: EventMapper) -> Generator[Self]:
        """Open both connections. Raises `StorageUnavailableError`."""
        with database.connect() as connection, database.connect() as reading:
            with answering():
                connection.execute(SETTINGS)
                reading.execute(SETTINGS)
            yield cls(connection, reading, mapper)

    def states(self, streams: Sequence[UUID]) -> Mapping[UUID, KeptState]:
        """Return nothing: everything is to be folded from the log."""
        del streams
        return {}

    def stay(self) -> None:
        """Give a sign of life on both connections: one that is silent for long is ended."""
        with answering():
            self._connection.execute(SIGN_OF_LIFE)
            self._reading.execute(SIGN_OF_LIFE)

    def end(self) -> int:
        """Return the log's last position."""
        with answering():
            return log_epochs.end(self._cursor)

    def count(self, position: int) -> int:
        """Return how many events stand up to a position."""
        with answering():
            return log_epochs.count(self._cursor, position)

    def room(self, projection: str) -> Room:
        """Return how much room a generation needs and how much there is."""
        with answering():
            living = self.tracked(projection)
            name = f"{projection}_{living.generation}"
            row = self._cursor.execute(_SIZES, (name,)).fetchone()
            table, log = row or (0, 0)
            # One that is far behind says little of how large it gets.
            share = self.count(living.position) / max(1, self.count(self.end()))
            needed = int(table / share) if share > 0.01 else log
            return Room(needed, free_bytes(self._connection))

    def begin(self, projection: str) -> Tracked:
        """Remove what an earlier rebuild left behind, and make an empty generation.

        Raises `RebuildRunningError`.
        """
        with answering():
            be_alone(self._cursor, projection)
            generations.drop_others(self._cursor, READ_TABLES[projection])
            return generations.begin(self._cursor, READ_TABLES[projection])

    def scan(self, upto: int, kinds: Sequence[type[Event]], share: Share) -> Iterator[Scanned]:
        """Return every event of these kinds up to a position, stream by stream, in order."""
        with answering():
            yield from log_scan.scan(self._reading, self._mapper, upto, kinds, share)

    @contextmanager
    def filling(self, trackeds: Sequence[Tracked]) -> Generator[list[SharedWriting]]:
        """Write into several generations, and rest at the end of the block where it is time to."""
        with answering():
            yield [
                SharedWriting(self._cursor, READ_TABLES[tracked.projection], tracked)
                for tracked in trackeds
            ]
        if self._pace.is_due():
            self._pace.rest(self.end())

    def filled(self, tracked: Tracked, upto: int) -> Tracked:
        """Make a filled generation's indexes, and note how far it is."""
        table = READ_TABLES[tracked.projection]
        with answering():
            table.create_left_out_key(self._cursor, tracked.generation)
            build_indexes(
                self._connection,
                self._reading,
                table.index_statements(tracked.generation),
                lambda: self._connection.execute(SIGN_OF_LIFE),
            )
            generations.filled(self._cursor, tracked, upto)
        return Tracked(tracked.projection, tracked.generation, upto, tracked.parked)

    def switch(self, tracked: Tracked) -> bool:
        """Let a generation be the one that is read, unless that one is further; say whether."""
        with answering():
            return generations.switch(self._cursor, tracked)

    def drop_others(self, projection: str) -> None:
        """Drop the generations that are not read."""
        with answering():
            generations.drop_others(self._cursor, READ_TABLES[projection])

    @contextmanager
    def snapshot(self) -> Generator[None]:
        """Let everything inside the block be read as it is at one moment."""
        with answering(), self._connection.transaction():
            self._cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield

    def compare(self, scratch: Tracked, living: Tracked, most: int) -> Comparison:
        """Compare two generations, and return the first rows in which they differ."""
        table = READ_TABLES[scratch.projection]
        with answering():
            return comparison.compare(
                self._cursor, table, scratch.generation, living.generation, most
            )

    def first_hole(self) -> int | None:
        """Return the lowest position below the last that no event has, though none was lost."""
        with answering():
            restores = log_epochs.epochs(self._cursor, self._mapper)
            return comparison.first_hole(self._cursor, [epoch.restored for epoch in restores])
