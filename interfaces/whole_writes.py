"""What is written in one turn of the event loop leaves in one system call."""

import asyncio
from typing import Any


class WholeWrites:
    """The transport of a connection, with the head of an answer held back for its body.

    An answer comes as two messages; each of them sent by itself costs as much as reading the
    request, and the other side as much again.
    """

    __slots__ = ("_loop", "_transport", "_unsent")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._unsent: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send this together with whatever else is written before the loop's next turn."""
        if not self._unsent:
            self._loop.call_soon(self._send)
        self._unsent.append(data)

    def close(self) -> None:
        """Send what is written, and close."""
        self._send()
        self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._unsent.clear()
        self._transport.abort()

    def is_closing(self) -> bool:
        """Say whether the transport is closing or closed."""
        return self._transport.is_closing()

    def get_write_buffer_size(self) -> int:
        """Return how many bytes were written and have not been sent."""
        return sum(map(len, self._unsent)) + self._transport.get_write_buffer_size()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """Return what the transport knows of the connection under this name."""
        return self._transport.get_extra_info(name, default)

    def pause_reading(self) -> None:
        """Take nothing more for now."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Take data again."""
        self._transport.resume_reading()

    def _send(self) -> None:
        if self._unsent:
            data = b"".join(self._unsent)
            self._unsent.clear()
            # Whoever is to read it may have gone since it was written.
            if not self._transport.is_closing():
                self._transport.write(data)
