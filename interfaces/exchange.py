"""A request that came as a whole is taken as one, and an answer that is whole leaves as one."""

from collections.abc import Sequence
from typing import Any, Final
from weakref import ref

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

_EXCHANGE: Final = "worktrail_exchange"
_LENGTH: Final = b"content-length"
_FOR_UVICORN: Final = frozenset({b"connection", b"transfer-encoding"})
_CONTROLS: Final = bytes({*range(0x20), 0x7F} - {0x09})


class Exchange(RequestResponseCycle):
    """A request and its answer, each in one piece instead of in messages, where that can be.

    uvicorn's own writes an answer's head and its body one after the other, which takes two system
    calls of both sides, and looks at each name and value of the head by itself. Whatever is out of
    the ordinary is left to it.
    """

    _head: Any = None
    _length: bytes = b""
    _was_read = False

    def take_body(self) -> bytes | None:
        """Return the body if all of it is there and nothing of it was read yet, and else `None`."""
        if (
            self.more_body
            or self._was_read
            or self.waiting_for_100_continue
            or self.flow.read_paused
        ):
            return None
        self._was_read = True
        body, self.body = bytes(self.body), bytearray()
        return body

    def answer(self, status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> bool:
        """Write a whole answer; `False` where nothing is written, as it has to be sent in messages.

        Its headers tell its length, and say nothing of the connection or of how it is encoded.
        """
        if (
            not self.keep_alive
            or self.disconnected
            or self.response_started
            or self.flow.write_paused
            or self.transport.is_closing()
            or self.scope["method"] == "HEAD"
        ):
            return False
        headers = [*self.default_headers, *headers]
        told = b"\r\n".join(map(b": ".join, headers))
        if len(told) - len(told.translate(None, _CONTROLS)) != 2 * (len(headers) - 1):
            return False
        whole = b"".join((STATUS_LINE[status], told, b"\r\n\r\n", body))
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(whole)
        self.response_complete = True
        self.message_event.set()
        self.on_response()
        return True

    async def receive(self) -> Any:
        """Return a message of the request."""
        self._was_read = True
        return await super().receive()

    async def send(self, message: Any) -> None:
        """Take a message of the answer."""
        if self.transport.is_closing():
            # Of several requests that came together uvicorn tells only the last.
            self.disconnected = True
        if message["type"] == "http.response.start" and not self.response_started:
            # The head of an answer that failed before it had a body gives way to that of the fault.
            self._head, told = None, dict(message.get("headers", ()))
            if _LENGTH in told and _FOR_UVICORN.isdisjoint(told):
                self._head, self._length = message, told[_LENGTH]
                return
        head, self._head = self._head, None
        if head is not None:
            body = message.get("body", b"")
            whole = not message.get("more_body") and self._length == b"%d" % len(body)
            if whole and self.answer(head["status"], head["headers"], body):
                return
            await super().send(head)
        await super().send(message)


def carry(scope: Any, exchange: RequestResponseCycle) -> None:
    """Have the scope of a request carry its exchange."""
    # The exchange has the scope, and both of them would be there for long after the answer.
    scope[_EXCHANGE] = ref(exchange)


def carried(scope: Any) -> Exchange | None:
    """Return the exchange that a scope carries, if it does."""
    exchange = scope.get(_EXCHANGE)
    return exchange() if exchange is not None else None


def carry_no_more(scope: Any) -> None:
    """Have all of a request pass through the messages of its application."""
    scope.pop(_EXCHANGE, None)
