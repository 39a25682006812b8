"""What is needed of the place where the log's epochs are on record."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from domain.errors import WorktrailError
from domain.log_epochs import LogRestored
from domain.record import RecordedEvent
from domain.restore import FoundLog


class LogBusyError(WorktrailError):
    """Somebody holds the log's lock for long."""

    def __init__(self) -> None:
        super().__init__(
            "Another process holds the log's lock, so nothing was recorded: give the command again."
        )


class Epoch(Struct, frozen=True):
    """A restore of the log, on record.

    `last_recorded_at` is when the last event was recorded that the backup held, if it held any.
    """

    restored: LogRestored
    last_recorded_at: datetime | None
    restored_at: datetime
    actor: str | None


class EpochTransaction(Protocol):
    """A transaction that holds the log's write lock."""

    def look(self, clients: Collection[UUID]) -> FoundLog:
        """Return how far the log is, what else the database tells of, and these clients' ids."""

    def begin_epoch(self, recorded: RecordedEvent, restored: LogRestored) -> Epoch:
        """Append the event that begins an epoch, and undo what the database has beyond the log."""


class Epochs(Protocol):
    """The epochs of the log."""

    def all(self) -> Sequence[Epoch]:
        """Return every restore on record, in order. Raises `StorageUnavailableError`."""

    def transaction(self) -> AbstractContextManager[EpochTransaction]:
        """Take the log's lock; commit at the end of the block, roll back on an error.

        Raises `LogBusyError` and `StorageUnavailableError`.
        """


class LogLength(Protocol):
    """Knows how many events there are, which is less than positions where the log was restored."""

    def count(self, position: int) -> int:
        """Return how many events stand up to a position."""
