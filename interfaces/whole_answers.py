"""An answer that is there as a whole leaves as a whole."""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

_LENGTH: Final = b"content-length"
_FOR_UVICORN: Final = frozenset({b"connection", b"transfer-encoding"})
_CONTROLS: Final = bytes({*range(0x20), 0x7F} - {0x09})


class WholeAnswer(RequestResponseCycle):
    """A request whose answer, where its length is told beforehand, is written with its head.

    uvicorn's own writes them one after the other, which takes two system calls of both sides, and
    looks at each name and value of the head by itself. Whatever is out of the ordinary is its own.
    """

    _head: Any = None
    _length: bytes = b""

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
            if (whole := self._whole(head, message)) is not None:
                self._finish(whole)
                return
            await super().send(head)
        await super().send(message)

    def _whole(self, head: Any, message: Any) -> bytes | None:
        body = message.get("body", b"")
        if (
            message.get("more_body")
            or self._length != b"%d" % len(body)
            or not self.keep_alive
            or self.disconnected
            or self.flow.write_paused
            or self.scope["method"] == "HEAD"
        ):
            return None
        headers = [*self.default_headers, *head["headers"]]
        told = b"\r\n".join(map(b": ".join, headers))
        if len(told) - len(told.translate(None, _CONTROLS)) != 2 * (len(headers) - 1):
            return None
        return b"".join((STATUS_LINE[head["status"]], told, b"\r\n\r\n", body))

    def _finish(self, whole: bytes) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(whole)
        self.response_complete = True
        self.message_event.set()
        self.on_response()
