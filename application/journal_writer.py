"""Writing a batch: one lock, one read, one append, one answer for each command."""

import logging
from collections.abc import Callable, Sequence
from threading import Event
from typing import Final
from uuid import UUID

from application.activity_ids import BatchIds
from application.batch import Decided, decide, may_mint, wanted_ids
from application.entries import Answer, Entry, Outcome
from application.journal_ports import (
    CommitInDoubtError,
    JournalStore,
    JournalTransaction,
    StaleHeadError,
)
from application.ports import StorageUnavailableError
from domain.activity import IDS_EXHAUSTED, Activity, WorkOrderReported
from domain.errors import WorktrailError

_log = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 1.0


class JournalStoppedError(Exception):
    """The process is stopping and takes no more commands."""


_NOT_THE_BATCH: Final = (StorageUnavailableError, JournalStoppedError)


class JournalWriter:
    """Writes batches of commands to activities; only one thread of a process uses it."""

    def __init__(
        self, store: JournalStore, new_event_id: Callable[[], UUID], stopping: Event
    ) -> None:
        self._store = store
        self._new_event_id = new_event_id
        self._stopping = stopping

    def write(self, entries: Sequence[Entry]) -> list[Answer]:
        """Decide and commit the entries, in order, and return an answer for each.

        A refused command's answer is its `WorktrailError`, `UnreadableEventError` where its stream
        cannot be told; a command that the database cannot take gets the fault as its answer. It
        fails none of its neighbours. Raises `StorageUnavailableError` where nothing was written at
        all; where that came in the middle of a search for such a command, it is the answer of those
        that were not written.
        """
        try:
            return self._attempt(entries, folded=False)
        except _NOT_THE_BATCH:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is answered
            # A head may be wrong, so the streams themselves are asked before anybody is blamed.
            _log.warning("A batch of %d failed and is folded anew: %r", len(entries), fault)
            return self._attempt_folded(entries)

    def write_together(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Decide and commit all the entries in one transaction, or none of them.

        Raises the first `WorktrailError` with which one was refused, the fault where the database
        cannot take one, and `StorageUnavailableError`.
        """
        try:
            return self._attempt_together(entries, folded=False)
        except (*_NOT_THE_BATCH, WorktrailError):
            raise
        except Exception as fault:  # noqa: BLE001 - raised again where folding does not mend it
            _log.warning("%d commands failed together, folded anew: %r", len(entries), fault)
            return self._attempt_together(entries, folded=True)

    def close(self) -> None:
        """Give the connection back."""
        self._store.close()

    def _attempt_folded(self, entries: Sequence[Entry]) -> list[Answer]:
        try:
            return self._attempt(entries, folded=True)
        except _NOT_THE_BATCH:
            raise
        except Exception as fault:  # noqa: BLE001 - the one poisonous command is to be found
            if len(entries) == 1:
                return [fault]
        middle = len(entries) // 2
        return [
            *self._attempt_half(entries[:middle]),
            *self._attempt_half(entries[middle:]),
        ]

    def _attempt_half(self, entries: Sequence[Entry]) -> list[Answer]:
        try:
            return self._attempt_folded(entries)
        except _NOT_THE_BATCH as fault:
            # The other half may be written, so the whole must not be tried again.
            return [fault] * len(entries)

    def _attempt_together(self, entries: Sequence[Entry], *, folded: bool) -> list[Outcome]:
        answers = self._attempt(entries, folded=folded, together=True)
        return [answer for answer in answers if isinstance(answer, Outcome)]

    def _attempt(
        self, entries: Sequence[Entry], *, folded: bool, together: bool = False
    ) -> list[Answer]:
        decided: Decided | None = None
        try:
            with self._store.transaction() as transaction:
                decided = self._decide(transaction, entries, folded=folded)
                if together:
                    _raise_a_refusal(decided)
                if decided.events:
                    transaction.append(decided.events, decided.heads, decided.links)
        except CommitInDoubtError as doubt:
            if decided is not None and not self._is_committed(decided):
                raise StorageUnavailableError(str(doubt)) from doubt
        if decided is None:
            raise StaleHeadError
        _alarm(decided)
        return decided.answers

    def _decide(
        self, transaction: JournalTransaction, entries: Sequence[Entry], *, folded: bool
    ) -> Decided:
        streams = [entry.stream_id for entry in entries]
        end, activities = transaction.read(list(dict.fromkeys(streams)), folded=folded)
        minting = {
            entry.client_id
            for entry, stream_id in zip(entries, streams, strict=True)
            if isinstance(activity := activities[stream_id], Activity) and may_mint(entry, activity)
        }
        wanted = wanted_ids(entries)
        ids = BatchIds(
            transaction.highest_ids(minting) if minting else {},
            transaction.holders(wanted) if wanted else {},
        )
        return decide(entries, streams, activities, ids, end, self._new_event_id)

    def _is_committed(self, decided: Decided) -> bool:
        if not decided.events:
            return True
        first = decided.events[0]
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._store.holds(first.position, first.event_id)
            except StorageUnavailableError:
                # Nothing may be guessed, and nothing else be written, before this is known.
                if self._stopping.wait(pause):
                    raise JournalStoppedError from None
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _raise_a_refusal(decided: Decided) -> None:
    for answer in decided.answers:
        if isinstance(answer, Exception):
            raise answer


def _alarm(decided: Decided) -> None:
    for recorded in decided.events:
        event = recorded.event
        if isinstance(event, WorkOrderReported) and IDS_EXHAUSTED in event.warnings:
            _log.error("Client %s has no activity id left to open", recorded.client_id)
