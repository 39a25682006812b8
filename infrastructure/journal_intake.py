"""What workers ask the journal's process, taken together: as many messages as are waiting."""

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Final

from msgspec import Struct

from infrastructure.journal_line import NOTHING

_LOOK_SECONDS: Final = 0.1
_MOST_TOGETHER_BYTES: Final = 8 * 1024 * 1024


class _Asked(Struct, frozen=True):
    """What a worker asked; no message where it has hung up."""

    message: bytes | None
    worker: Connection


class JournalIntake:
    """The journal's end of every worker's line; a thread reads each, and one answers all."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self._asked: SimpleQueue[_Asked] = SimpleQueue()
        self._readers: list[Thread] = []

    def answer(
        self, answers_of: Callable[[Sequence[bytes]], Sequence[bytes]], stopping: Event
    ) -> None:
        """Answer what is asked until told to stop; whoever is on the line by then may finish."""
        Thread(target=self._accept, name="accept", daemon=True).start()
        while any(reader.is_alive() for reader in self._readers) or not stopping.is_set():
            together = self._take()
            messages = [asked.message for asked in together if asked.message is not None]
            answers = iter(answers_of(messages) if messages else ())
            for asked in together:
                if asked.message is None:
                    asked.worker.close()
                    continue
                # A worker that has gone does not take back what it asked for.
                answer = next(answers)
                with suppress(OSError):
                    asked.worker.send_bytes(answer)

    def _take(self) -> list[_Asked]:
        together, size = [], 0
        with suppress(Empty):
            together.append(self._asked.get(timeout=_LOOK_SECONDS))
            while size < _MOST_TOGETHER_BYTES:
                size += len(together[-1].message or b"")
                together.append(self._asked.get_nowait())
        return together

    def _accept(self) -> None:
        while True:
            accepted, _ = self._listening.accept()
            worker = Connection(accepted.detach())
            reader = Thread(target=self._read, args=(worker,), name="read", daemon=True)
            reader.start()
            self._readers = [*(it for it in self._readers if it.is_alive()), reader]

    def _read(self, worker: Connection) -> None:
        # A thread for each: one that was stopped amid a message must not hold up the others.
        with suppress(EOFError, OSError):
            while True:
                message = worker.recv_bytes()
                if message == NOTHING:
                    worker.send_bytes(NOTHING)
                else:
                    self._asked.put(_Asked(message, worker))
        # Only whoever answers closes a line: its number may be another worker's a moment later.
        self._asked.put(_Asked(None, worker))
