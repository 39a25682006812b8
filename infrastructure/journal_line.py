"""The line between a worker and the journal's process: messages over a socket of this machine."""

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from multiprocessing.connection import Connection
from typing import Final

from application.journal_ports import AnswerLostError, Told
from application.ports import StorageUnavailableError

NOTHING: Final = b""
"""A message that asks for nothing but to be answered in kind."""

_PROBE_SECONDS: Final = 1.0
_SEND_SECONDS: Final = 1
_HELD_BYTES: Final = 1024 * 1024

_LENGTH: Final = struct.Struct("!i")
"""Goes before each message, as `multiprocessing.connection` has it."""

SECONDS: Final = struct.Struct("!d")
"""Goes before each answer: how long it took, from when the message was read."""


class JournalLine:
    """A worker's end; one message at a time.

    The worker waits for an answer however long it takes: whoever gave the command has a deadline of
    its own, and the journal's process carries it out all the same.
    """

    def __init__(self, address: str) -> None:
        """`address` is the path of the socket on which the journal's process listens."""
        self._address = address
        self._line: tuple[StreamReader, StreamWriter] | None = None

    async def ask(self, message: bytes) -> Told:
        """Return what is answered to a message.

        Raises `StorageUnavailableError` where nobody was told, and `AnswerLostError` where the line
        broke before the answer was there.
        """
        try:
            reader, writer = await self._connected()
        except OSError as error:
            raise StorageUnavailableError(f"the journal's process is away: {error}") from error
        try:
            writer.writelines([_LENGTH.pack(len(message)), message])
            [length] = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
            told = await reader.readexactly(length)
        except (OSError, EOFError) as error:
            self.close()
            raise AnswerLostError from error
        except asyncio.CancelledError:
            # The answer may still come, and must not be taken for another's.
            self.close()
            raise
        return Told(told[SECONDS.size :], *SECONDS.unpack_from(told))

    def close(self) -> None:
        """Hang up; the next message dials again."""
        if self._line is not None:
            self._line[1].close()
            self._line = None

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

    async def _connected(self) -> tuple[StreamReader, StreamWriter]:
        if self._line is not None and self._line[0].at_eof():
            self.close()
        if self._line is None:
            self._line = await asyncio.open_unix_connection(self._address, limit=_HELD_BYTES)
        return self._line


def bound_sending(line: socket.socket) -> None:
    """Let nothing be sent for longer than a second: a process that was stopped takes nothing."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_SECONDS, 0))


def _dialled(address: str) -> Connection:
    with socket.socket(socket.AF_UNIX) as dialled:
        bound_sending(dialled)
        dialled.connect(address)
        return Connection(dialled.detach())
