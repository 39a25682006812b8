"""The journal's transaction on PostgreSQL: a connection of its own, under the log's lock."""

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from operator import attrgetter
from typing import Final
from uuid import UUID

import psycopg
from psycopg.pq.abc import PGresult

from application.journal_ports import (
    CommitInDoubtError,
    FoldedStream,
    LinkChange,
    LogEnd,
    StaleHeadError,
)
from application.ports import StorageUnavailableError
from domain.activity import Activity
from domain.record import RecordedEvent
from infrastructure import heads, links, log_rows
from infrastructure.database import AWAY, Database, Rows, commit_warnings
from infrastructure.heads_fold import fold_activities
from infrastructure.mapper import EventMapper
from infrastructure.parameters import uuids
from infrastructure.statements import (
    Cursor,
    Request,
    Statement,
    raise_failure,
    rows,
    together,
)

# Each exchange with the server costs a turn of the interpreter's lock, so a batch has two: one
# that takes the log's lock and reads, one that writes and commits.
_READ: Final = Statement(
    "journal_read",
    f"SELECT log.position, log.recorded_at, found.* FROM ({log_rows.END}) AS log,"  # noqa: S608
    f" ({heads.FIND}) AS found",
    "uuid[]",
)
_WRITE: Final = Statement(
    "journal_write",
    f"WITH appended AS ({log_rows.INSERT}), saved AS ({heads.upsert(11)}) {log_rows.WAKE}",
    *log_rows.INSERT_TYPES,
    *heads.UPSERT_TYPES,
)

_ROLLBACK: Final = Statement("journal_rollback", "ROLLBACK")

_HOLDS: Final = "SELECT EXISTS (SELECT FROM event_log WHERE position = %s AND event_id = %s)"

# A transaction that wrote something commits only where all before it is as safe as it must be.
_WRITE_AHEAD: Final = (
    Statement("journal_write_ahead", "SELECT pg_logical_emit_message(true, 'worktrail', '')"),
    (),
)


class PostgresJournalStore:
    """Writes the journal's batches; used by one thread at a time."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper
        self._connection: Rows | None = None

    @contextmanager
    def transaction(self) -> Generator["PostgresJournalTransaction"]:
        """Hold the log's lock from the first reading on, and write at the end of the block.

        Raises `StorageUnavailableError` where nothing was written, `StaleHeadError` where a stream
        already has one of the versions, and `CommitInDoubtError` where the connection was lost
        while writing, or the server warned of the commit.
        """
        connection = self._connected()
        transaction = PostgresJournalTransaction(connection.cursor(), self._mapper)
        try:
            yield transaction
            with commit_warnings(connection) as warnings:
                transaction.commit()
            if warnings:
                raise CommitInDoubtError(warnings[0])
        except AWAY as error:
            self.close()
            raise StorageUnavailableError(str(error)) from error
        except psycopg.Error:
            # Whatever it is, a new connection does not have it: such as a statement that was
            # prepared for a table as it was.
            self.close()
            raise
        except BaseException:
            self._roll_back(connection)
            raise

    def holds(self, position: int, event_id: UUID) -> bool:
        """Say, after waiting for the lock, whether this very event stands at this position.

        If it does, it is as safe as a commit makes it, on standbys too. Raises
        `StorageUnavailableError` where that cannot be told yet.
        """
        try:
            with self.transaction() as transaction:
                return transaction.holds(position, event_id)
        except (CommitInDoubtError, psycopg.Error) as error:
            raise StorageUnavailableError(str(error)) from error

    def close(self) -> None:
        """Drop the connection; the next transaction opens another."""
        if self._connection is not None:
            with suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _connected(self) -> Rows:
        if self._connection is None:
            self._connection = self._database.connect()
        return self._connection

    def _roll_back(self, connection: Rows) -> None:
        try:
            _ROLLBACK.execute(connection.cursor())
        except psycopg.Error:
            self.close()


class PostgresJournalTransaction:
    """What one batch reads and writes."""

    def __init__(self, cursor: Cursor, mapper: EventMapper) -> None:
        self._cursor = cursor
        self._mapper = mapper
        self._end: LogEnd | None = None
        self._has_begun = False
        self._writes: list[Request] = []

    def read(
        self, streams: Sequence[UUID], *, folded: bool
    ) -> tuple[LogEnd, dict[UUID, FoldedStream]]:
        """Return where the log ends, and the decision state of each of one or more streams.

        Recorded times never go back. With `folded` no head is trusted, unless its stream cannot be
        folded.
        """
        # Neighbours in the indexes are found faster one after the other: a sixth of it all, in a
        # log of two million activities. UUIDs themselves are slow to compare.
        ordered = sorted(streams, key=attrgetter("int"))
        found = list(rows(self._answer((_READ, [uuids(ordered)]))))
        self._end = log_rows.read_end(*found[0][:2])
        trusted, doubtful = heads.trusted(ordered, [row[2:] for row in found])
        activities: dict[UUID, FoldedStream] = {}
        if folded or doubtful:
            doubtful = ordered if folded else doubtful
            activities = fold_activities(self._cursor, self._mapper, doubtful)
        for stream_id, head in trusted.items():
            # Of what cannot be folded, a head that is at its stream's version is all there is.
            if not isinstance(activities.get(stream_id), Activity):
                activities[stream_id] = head
        return self._end, activities

    def highest_ids(self, clients: Collection[UUID]) -> dict[UUID, int]:
        """Return the highest activity id ever opened of each client that has one."""
        return links.highest_ids(self._cursor, clients)

    def holders(self, ids: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
        """Return the work order on which each of these (client, activity id) is open, if any."""
        return links.holders(self._cursor, ids)

    def append(
        self,
        events: Sequence[RecordedEvent],
        heads_after: Mapping[UUID, Activity],
        link_changes: Sequence[LinkChange],
    ) -> None:
        """Have events added behind the end that was read, new heads and changed links."""
        if self._end is None:
            raise LookupError("the end of the log is read before anything is appended to it")
        stored = [self._mapper.new_row(event) for event in events]
        written = (
            *log_rows.insert_parameters(self._end, stored),
            *heads.upsert_parameters(heads_after),
        )
        self._writes += [(_WRITE, written), *links.saving(link_changes)]

    def holds(self, position: int, event_id: UUID) -> bool:
        """Say whether this very event stands at this position."""
        self._answer(_WRITE_AHEAD)
        row = self._cursor.execute(_HOLDS, (position, event_id)).fetchone()
        return row is not None and bool(row[0])

    def commit(self) -> None:
        """Write what is to be written, and commit.

        Raises `StaleHeadError`, psycopg's error where the server cannot take what is written, and
        `CommitInDoubtError`.
        """
        if not self._has_begun:
            return
        requests = [*self._writes, log_rows.COMMIT]
        try:
            answers = together(self._cursor, requests)
        except AWAY as error:
            raise CommitInDoubtError(str(error)) from error
        answer = answers[-1]
        if len(answers) < len(requests):
            raise _refusal(answer)
        if answer.command_status != b"COMMIT":
            told = answer.command_status or answer.get_error_message().encode()
            raise CommitInDoubtError(f"the server answered a commit with {told!r}")

    def _answer(self, request: Request) -> PGresult:
        """Return the answer to a request, the first of which takes the log's lock before it."""
        begin = () if self._has_begun else log_rows.BEGIN
        self._has_begun = True
        answers = together(self._cursor, [*begin, request])
        raise_failure(self._cursor, answers[-1])
        return answers[-1]


def _refusal(answer: PGresult) -> Exception:
    error = psycopg.errors.error_from_result(answer)
    if isinstance(error, psycopg.errors.UniqueViolation):
        return StaleHeadError(str(error))
    return error
