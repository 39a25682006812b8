"""What workers ask the journal's process, taken together: as many messages as are waiting."""

import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic, sleep
from typing import Final

from msgspec import Struct

from infrastructure.journal_line import NOTHING, SECONDS, bound_sending

_log = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 0.1
_PATH_SECONDS: Final = 5.0
"""So often it looks whether workers can still find it."""

_FINISH_SECONDS: Final = 8.0
"""So long may those that are on the line when it is told to stop take to finish."""

_MOST_TOGETHER: Final = 4
"""Messages, of up to a thousand commands each."""

_MOST_TOGETHER_BYTES: Final = 8 * 1024 * 1024

_AGAIN_SECONDS: Final = 0.0005
"""Within so much a worker under load asks again after it was answered."""


class _Asked(Struct, frozen=True):
    """What a worker asked; no message where it has hung up."""

    message: bytes | None
    worker: Connection
    at: float


class JournalIntake:
    """The journal's end of every worker's line; a thread reads each, and one answers all."""

    def __init__(self, listening: socket.socket, again_seconds: float = _AGAIN_SECONDS) -> None:
        """For `again_seconds` after an answer it waits for whoever was given one."""
        self._listening = listening
        self._again_seconds = again_seconds
        self._answered: set[Connection] = set()
        self._answered_at = monotonic()
        self._path = Path(listening.getsockname())
        self._asked: SimpleQueue[_Asked] = SimpleQueue()
        self._held_back: _Asked | None = None
        self._readers: list[Thread] = []

    def answer(
        self, answers_of: Callable[[Sequence[bytes]], Sequence[bytes]], stopping: Event
    ) -> None:
        """Answer what is asked until told to stop; whoever is on the line by then may finish.

        It ends as well once its socket was removed: who starts it again makes another.
        """
        Thread(target=self._accept, name="accept", daemon=True).start()
        looked = told = monotonic()
        while True:
            self._answer(self._take(), answers_of)
            moment = monotonic()
            if not stopping.is_set():
                told = moment
            elif moment - told > _FINISH_SECONDS or not self._is_asked():
                return
            if moment - looked > _PATH_SECONDS:
                looked = moment
                if not self._path.exists():
                    _log.error("The journal's socket was removed")
                    return

    def _answer(
        self,
        together: Sequence[_Asked],
        answers_of: Callable[[Sequence[bytes]], Sequence[bytes]],
    ) -> None:
        messages = [asked.message for asked in together if asked.message is not None]
        answers = iter(answers_of(messages) if messages else ())
        for asked in together:
            if asked.message is None:
                asked.worker.close()
            else:
                took = SECONDS.pack(monotonic() - asked.at)
                _send(asked.worker, took + next(answers))
        if together:
            self._answered = {asked.worker for asked in together if asked.message is not None}
            self._answered_at = monotonic()

    def _take(self) -> list[_Asked]:
        together, size = [], 0
        with suppress(Empty):
            asked = self._held_back or self._asked.get(timeout=_LOOK_SECONDS)
            self._held_back = None
            while True:
                together.append(asked)
                size += len(asked.message or b"")
                if len(together) == _MOST_TOGETHER:
                    break
                asked = self._next(together)
                if size + len(asked.message or b"") > _MOST_TOGETHER_BYTES:
                    self._held_back = asked
                    break
        return together

    def _next(self, together: Sequence[_Asked]) -> _Asked:
        # Or workers would take turns, each with half a batch that takes as long as a whole one.
        is_awaited = not self._answered <= {asked.worker for asked in together}
        seconds = self._answered_at + self._again_seconds - monotonic() if is_awaited else 0.0
        return self._asked.get(seconds > 0, seconds)

    def _is_asked(self) -> bool:
        # In this order: a reader may put something there as its last deed.
        is_read = any(reader.is_alive() for reader in self._readers)
        return is_read or self._held_back is not None or not self._asked.empty()

    def _accept(self) -> None:
        while True:
            try:
                accepted, _ = self._listening.accept()
            except OSError as error:
                if self._listening.fileno() < 0:
                    return
                # Such as that no more files may be open, which passes.
                _log.error("A worker cannot be heard, which is tried again: %s", error)
                sleep(1)
                continue
            # A worker that takes no answer must not hold up the others.
            bound_sending(accepted)
            worker = Connection(accepted.detach())
            reader = Thread(target=self._read, args=(worker,), name="read", daemon=True)
            # Known before it begins, or what it asks could be answered, and all be over, before.
            self._readers = [*(it for it in self._readers if it.is_alive()), reader]
            try:
                reader.start()
            except RuntimeError as error:
                _log.error("A worker cannot be heard, and has to call again: %s", error)
                worker.close()

    def _read(self, worker: Connection) -> None:
        # A thread for each: one that was stopped amid a message must not hold up the others.
        has_asked = False
        with suppress(EOFError, OSError):
            while True:
                message = worker.recv_bytes()
                if message == NOTHING:
                    worker.send_bytes(NOTHING)
                else:
                    has_asked = True
                    self._asked.put(_Asked(message, worker, monotonic()))
        if has_asked:
            # Only whoever answers closes it: its number may be another worker's a moment later.
            self._asked.put(_Asked(None, worker, monotonic()))
        else:
            worker.close()


def _send(worker: Connection, answer: bytes) -> None:
    try:
        worker.send_bytes(answer)
    except OSError:
        # A worker that has gone does not take back what it asked for. One that may have half of
        # the answer must take nothing after it for the rest.
        with (
            suppress(OSError),
            socket.fromfd(worker.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as line,
        ):
            line.shutdown(socket.SHUT_RDWR)
