"""Group commit: requests hand over a command and wait; what is waiting is written together."""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Final, Protocol

from msgspec import Struct

from application.entries import Answer, Entry, Outcome, Written
from application.journal_pace import FEWEST_ENTRIES, MOST_BATCH_ENTRIES, Pace
from application.journal_ports import AnswerLostError
from application.journal_writer import JournalStoppedError
from application.ports import StorageUnavailableError
from domain.activity import ReportContent, ReportWorkOrder

_log = logging.getLogger(__name__)

_MOST_BATCH_BYTES: Final = 8 * 1024 * 1024
_MOST_WAITING_BYTES: Final = 64 * 1024 * 1024
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 1.0
_STOP_SECONDS: Final = 4.0


class JournalFullError(Exception):
    """So much is waiting to be written that another command would wait too long."""


class Writer(Protocol):
    """Writes batches, one after the other."""

    async def write(self, entries: Sequence[Entry]) -> Written:
        """Decide and commit the entries, in order, and return an answer for each.

        Raises `StorageUnavailableError` where nothing was written at all, `JournalStoppedError` and
        `AnswerLostError`.
        """

    def close(self) -> None:
        """Give back what it writes by."""


class _Waiting(Struct, frozen=True):
    entry: Entry
    size: int
    answer: asyncio.Future[Outcome]


class Journal:
    """The intake of one process: bounded, in order, durable before it answers."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._queue: deque[_Waiting] = deque()
        self._bytes = 0
        self._closed = False
        self._news = asyncio.Event()
        self._pace = Pace()
        self._under_way: Sequence[_Waiting] = ()
        self._begun = monotonic()
        self._writing: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        """Whether another command would be refused."""
        entries = len(self._queue) + len(self._under_way)
        return (
            self._closed
            or (entries >= FEWEST_ENTRIES and entries >= self._most_entries())
            or self._bytes >= _MOST_WAITING_BYTES
        )

    def problem(self) -> str | None:
        """Return why it could take nothing more right now."""
        return "Too much is waiting to be written." if self.is_full else None

    def start(self) -> None:
        """Begin to write; to be called on the event loop that will wait for the answers."""
        self._writing = asyncio.create_task(self._run(), name="journal")

    def record(self, entry: Entry) -> asyncio.Future[Outcome]:
        """Have the command carried out, and return what will be its outcome once that is on disk.

        It raises the command's `WorktrailError`; `JournalFullError` is raised at once. Whoever
        stops waiting, as at a deadline, does not stop the command: it is carried out all the same.
        """
        if self.is_full or self._writing is None:
            raise JournalFullError
        waiting = _Waiting(entry, _size(entry), self._writing.get_loop().create_future())
        self._bytes += waiting.size
        self._queue.append(waiting)
        self._news.set()
        return waiting.answer

    async def stop(self) -> None:
        """Take nothing more, write what is waiting if the database is there, and end."""
        self._closed = True
        self._news.set()
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=_STOP_SECONDS)
            self._writing.cancel()
            await asyncio.wait([self._writing])
        left = [*self._under_way, *self._queue]
        self._deliver(left, [JournalStoppedError()] * len(left))
        self._writer.close()

    def _most_entries(self) -> int:
        seconds = monotonic() - self._begun if self._under_way else 0.0
        return self._pace.most_waiting(len(self._under_way), seconds)

    async def _run(self) -> None:
        done = monotonic()
        while batch := await self._take():
            self._begun, before = monotonic(), done
            self._under_way = batch
            written = await self._write([waiting.entry for waiting in batch])
            done = monotonic()
            self._pace.note(len(batch), written.seconds, done - before)
            self._under_way = ()
            self._deliver(batch, written.answers)

    async def _take(self) -> list[_Waiting]:
        while not self._queue and not self._closed:
            self._news.clear()
            await self._news.wait()
        batch, size = list[_Waiting](), 0
        while self._queue and len(batch) < MOST_BATCH_ENTRIES:
            size += self._queue[0].size
            if batch and size > _MOST_BATCH_BYTES:
                break
            batch.append(self._queue.popleft())
        return batch

    async def _write(self, entries: Sequence[Entry]) -> Written:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            waited = monotonic() - self._begun
            try:
                written = await self._writer.write(entries)
                return Written(written.answers, waited + written.seconds)
            except StorageUnavailableError as fault:
                _log.warning("Nothing can be written, %d commands wait: %s", len(entries), fault)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            except (JournalStoppedError, AnswerLostError) as unanswered:
                return self._failed(entries, unanswered)
            except Exception as fault:  # noqa: BLE001 - it is answered, and what waits goes on
                _log.exception("A batch of %d failed", len(entries))
                return self._failed(entries, fault)

    def _failed(self, entries: Sequence[Entry], fault: Exception) -> Written:
        return Written([fault] * len(entries), monotonic() - self._begun)

    def _deliver(self, batch: Sequence[_Waiting], answers: Sequence[Answer]) -> None:
        for waiting, answer in zip(batch, answers, strict=True):
            self._bytes -= waiting.size
            if waiting.answer.done():
                continue
            if isinstance(answer, Outcome):
                waiting.answer.set_result(answer)
            else:
                waiting.answer.set_exception(answer)


def _size(entry: Entry) -> int:
    if isinstance(entry.command, ReportWorkOrder):
        content = entry.command.report.content
        if isinstance(content, ReportContent):
            return len(content.body) + len(content.document or b"")
    return 0
