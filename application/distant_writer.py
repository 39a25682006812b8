"""Having batches written by another process, which writes for every worker of the service."""

import logging
from collections.abc import Sequence

from application.entries import Answer, Entry
from application.journal_messages import (
    packed_answers,
    packed_entries,
    packed_failure,
    unpacked_answers,
    unpacked_entries,
)
from application.journal_ports import Line
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

    def write(self, entries: Sequence[Entry]) -> list[Answer]:
        """Have the entries decided and committed, in order, and return an answer for each.

        What is answered and raised is as of `JournalWriter.write`, but for a fault, which stays in
        the log of the other process, and `AnswerLostError`.
        """
        return unpacked_answers(self._line.ask(packed_entries(entries)))

    def close(self) -> None:
        """Let go of the line."""
        self._line.close()


def write_messages(writer: JournalWriter, messages: Sequence[bytes]) -> list[bytes]:
    """Write the batches of several workers as one, and return an answer to each message."""
    batches = [unpacked_entries(message) for message in messages]
    try:
        answers = writer.write([entry for batch in batches for entry in batch])
    except (StorageUnavailableError, JournalStoppedError) as failure:
        return [packed_failure(failure)] * len(messages)
    told = iter([_told(answer) for answer in answers])
    return [packed_answers([next(told) for _ in batch]) for batch in batches]


def _told(answer: Answer) -> Answer:
    if not isinstance(answer, Exception) or isinstance(
        answer, WorktrailError | StorageUnavailableError | JournalStoppedError
    ):
        return answer
    _log.error("A command failed", exc_info=answer)
    return NotCarriedOutError(repr(answer))
