"""Having batches written by another process, which writes for every worker of the service."""

import logging
from collections.abc import Sequence

from application.entries import Answer, Entry, Written
from application.journal_messages import (
    packed_answers,
    packed_entries,
    packed_failure,
    unpacked_answers,
    unpacked_entries,
)
from application.journal_ports import AnswerLostError, Line
from application.journal_writer import JournalStoppedError, JournalWriter
from application.ports import StorageUnavailableError
from domain.errors import WorktrailError

_log = logging.getLogger(__name__)


class NotCarriedOutError(Exception):
    """A command failed where it was to be carried out; that process has logged how."""


class DistantWriter:
    """A worker's side: hands the entries over and waits for the answers."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def write(self, entries: Sequence[Entry]) -> Written:
        """Have the entries decided and committed, in order, and return an answer for each.

        What is answered and raised is as of `JournalWriter.write`, but for a fault, which stays in
        the log of the other process, and `AnswerLostError`.
        """
        told = await self._line.ask(packed_entries(entries))
        answers = unpacked_answers(told.answer)
        if len(answers) != len(entries):
            self._line.close()
            raise AnswerLostError
        return Written(answers, told.seconds)

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()


def write_messages(writer: JournalWriter, messages: Sequence[bytes]) -> list[bytes]:
    """Write the batches of several workers as one, and return an answer to each message."""
    batches = [_read(message) for message in messages]
    entries = [entry for batch in batches if isinstance(batch, list) for entry in batch]
    try:
        answers = writer.write(entries) if entries else []
    except (StorageUnavailableError, JournalStoppedError) as failure:
        return [packed_failure(failure)] * len(messages)
    told = iter([_told(answer) for answer in answers])
    return [
        packed_answers([next(told) for _ in batch])
        if isinstance(batch, list)
        else packed_failure(batch)
        for batch in batches
    ]


def _read(message: bytes) -> list[Entry] | NotCarriedOutError:
    try:
        return unpacked_entries(message)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the other batches go on
        _log.exception("A batch cannot be read")
        return NotCarriedOutError(repr(fault))


def _told(answer: Answer) -> Answer:
    if not isinstance(answer, Exception) or isinstance(
        answer, WorktrailError | StorageUnavailableError | JournalStoppedError
    ):
        return answer
    _log.error("A command failed", exc_info=answer)
    return NotCarriedOutError(repr(answer))
