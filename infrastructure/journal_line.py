"""The line between a worker and the journal's process: messages over a socket of this machine."""

import socket
import struct
from multiprocessing.connection import Connection
from threading import Event
from typing import Final

from application.journal_ports import AnswerLostError
from application.ports import StorageUnavailableError

_LOOK_SECONDS: Final = 0.2
"""So often whoever waits for an answer looks whether it is to stop."""

NOTHING: Final = b""
"""A message that asks for nothing but to be answered in kind."""

_PROBE_SECONDS: Final = 1.0
_SEND_SECONDS: Final = 1


class JournalLine:
    """A worker's end; used by one thread at a time.

    The worker waits for an answer however long it takes: whoever gave the command has a deadline of
    its own, and the journal's process carries it out all the same.
    """

    def __init__(self, address: str, stopping: Event) -> None:
        """`address` is the path of the socket on which the journal's process listens."""
        self._address = address
        self._stopping = stopping
        self._connection: Connection | None = None

    def ask(self, message: bytes) -> bytes:
        """Return the answer to a message.

        Raises `StorageUnavailableError` where nobody was told, and `AnswerLostError` where the line
        broke or this process stops before the answer was there.
        """
        try:
            connection = self._connected()
            connection.send_bytes(message)
        except OSError as error:
            # What did not arrive whole is not carried out.
            self.close()
            raise StorageUnavailableError(f"the journal's process is away: {error}") from error
        try:
            while not connection.poll(_LOOK_SECONDS):
                if self._stopping.is_set():
                    raise EOFError
            return connection.recv_bytes()
        except (OSError, EOFError) as error:
            self.close()
            raise AnswerLostError from error

    def close(self) -> None:
        """Hang up; the next message dials again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def problem(self) -> str | None:
        """Return what is wrong where nobody answers at the other end right now."""
        try:
            with _dialled(self._address) as connection:
                connection.send_bytes(NOTHING)
                if not connection.poll(_PROBE_SECONDS):
                    return "The journal does not answer."
                connection.recv_bytes()
                return None
        except (OSError, EOFError) as error:
            return f"The journal's process is away: {error}"

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = _dialled(self._address)
        return self._connection


def bound_sending(line: socket.socket) -> None:
    """Let nothing be sent for longer than a second: a process that was stopped takes nothing."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))


def _dialled(address: str) -> Connection:
    with socket.socket(socket.AF_UNIX) as dialled:
        bound_sending(dialled)
        dialled.connect(address)
        return Connection(dialled.detach())
