"""What the journal needs of the place it writes to."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

from application.ports import UnreadableEventError
from domain.activity import Activity
from domain.record import RecordedEvent


class CommitInDoubtError(Exception):
    """A commit ended without a plain yes or no: whether the batch is in the log is to be asked."""


class StaleHeadError(Exception):
    """The log already has one of the versions to be written: a head lagged behind its stream."""


class AnswerLostError(Exception):
    """Whoever writes ended, or this process does, before it answered.

    Whether the commands were carried out is not known here, and to be found out by giving them
    again: no command does twice what it did already.
    """


class LogEnd(Struct, frozen=True):
    """The position of the log's last event, and the time at which the next ones are recorded."""

    position: int
    recorded_at: datetime


class LinkChange(Struct, frozen=True):
    """From `position` on, the activity id follows the work order, or no longer does."""

    client_id: UUID
    activity_id: int
    work_order_id: int
    position: int
    opened: bool


FoldedStream: TypeAlias = Activity | UnreadableEventError
"""A stream's decision state, or why there is none: no head is trusted, nor can it be folded."""


class JournalTransaction(Protocol):
    """One transaction that holds the log's write lock."""

    def read(
        self, streams: Sequence[UUID], *, folded: bool
    ) -> tuple[LogEnd, Mapping[UUID, FoldedStream]]:
        """Return where the log ends, and the decision state of each of one or more streams.

        Recorded times never go back. With `folded` no head is trusted, unless its stream cannot be
        folded.
        """

    def highest_ids(self, clients: Collection[UUID]) -> dict[UUID, int]:
        """Return the highest activity id ever opened of each client that has one."""

    def holders(self, ids: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
        """Return the work order on which each of these (client, activity id) is open, if any."""

    def append(
        self,
        events: Sequence[RecordedEvent],
        heads: Mapping[UUID, Activity],
        links: Sequence[LinkChange],
    ) -> None:
        """Have events added, which bear their positions, new heads and changed links."""


class JournalStore(Protocol):
    """Where the journal writes."""

    def transaction(self) -> AbstractContextManager[JournalTransaction]:
        """Take the lock; write and commit at the end of the block, roll back on an error.

        Raises `StorageUnavailableError`, `StaleHeadError` and, from the end of the block on,
        `CommitInDoubtError`.
        """

    def holds(self, position: int, event_id: UUID) -> bool:
        """Say, after waiting for the lock, whether this very event stands at this position."""

    def close(self) -> None:
        """Give the connection back."""


class Told(Struct, frozen=True):
    """An answer, and how many seconds it took from when the message had arrived."""

    answer: bytes
    seconds: float


class Line(Protocol):
    """A line to the process that writes."""

    async def ask(self, message: bytes) -> Told:
        """Return what is answered to a message.

        Raises `StorageUnavailableError` where nobody was told, and `AnswerLostError`.
        """

    def close(self) -> None:
        """Let go of the line; the next message finds another."""
