"""One HTTP connection within bounds: uvicorn's own has none on the head of a request and on time.

Bodies are bounded where they are read; here is what comes before and around them.
"""

import asyncio
import resource
import select
import socket
import sys
from collections import deque
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from typing import Any, ClassVar, Final, cast

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from interfaces.exchange import Exchange, carry

MOST_HEAD_BYTES: Final = 32 * 1024
"""Request line and headers; also what else of a request is no body, such as trailers."""

LONGEST_TARGET: Final = 8 * 1024
"""Path and query, in bytes (RFC 9110, 4.1, recommends to take at least 8,000)."""

REQUEST_SECONDS: Final = 10.0
"""From the first byte of a request, or the connection's begin, to the last byte of its body."""

READ_SECONDS: Final = 15.0
"""An answer that is not read for so long is cut off; whoever follows a feed comes again."""

MOST_CONNECTIONS: Final = 4_096
"""Of one process; another one closes the longest waiting that has no request under way."""

_OTHER_FILES: Final = 512
"""What one process may have open beside its connections."""

MOST_FILES: Final = 2 * MOST_CONNECTIONS + _OTHER_FILES
"""Of one process: as many again may have come while it has all the connections that it may have."""

_UNREAD_SECONDS: Final = 0.01
"""Within so much idle time the loop reads what came while it was busy."""

_REFUSAL: Final = b'{"Message":"The request is invalid."}'


@cache
def most_connections() -> int:
    """Return how many this process may have; fewer than usual where it may open few files."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return min(MOST_CONNECTIONS, (files - min(_OTHER_FILES, files // 2)) // 2)


class _RefusedHeadError(Exception):
    """The head of a request is beyond the bounds."""


class BoundedConnection(HttpToolsProtocol):
    """Refuses endless heads, cuts off whoever sends or reads too slowly, ignores upgrades."""

    _waiting: ClassVar[dict["BoundedConnection", None]] = {}

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._patience: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._is_complete = True
        self._idle_bytes = 0
        self._bytes_since_begin = 0
        self._unanswered: deque[RequestResponseCycle] = deque()
        self._data = b""
        self._refusal = HTTPStatus.BAD_REQUEST

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._be_patient()
        self._waiting[self] = None
        if len(self.connections) > most_connections():
            longest_waiting = next(iter(self._waiting))
            # It is lost a turn of the loop later, and another one may begin until then.
            del self._waiting[longest_waiting]
            longest_waiting.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        super().connection_lost(exc)
        # uvicorn's own leaves the timer to a connection that was reset.
        self._unset_keepalive_if_required()
        self._lose_patience()
        self._let_read()
        self._waiting.pop(self, None)

    def pause_writing(self) -> None:
        """Hold the answer back, and wait so long for its reader."""
        super().pause_writing()
        self._unread = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on with the answer."""
        super().resume_writing()
        self._let_read()

    def shutdown(self) -> None:
        """Finish the answer under way, but no answer without an end: its reader comes again."""
        super().shutdown()
        answering = cast("RequestResponseCycle | None", self.cycle)
        if answering is not None and answering.chunked_encoding:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Take the next bytes."""
        self._data = data
        self._is_complete = False
        self._idle_bytes += len(data)
        self._bytes_since_begin += len(data)
        super().data_received(data)
        self._data = b""
        if self.transport.is_closing():
            return
        if self._idle_bytes > MOST_HEAD_BYTES:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            self.send_400_response(self._refusal.phrase)
        elif not self._is_complete and self._patience is None:
            self._be_patient()

    def on_message_begin(self) -> None:
        """Begin with a request."""
        super().on_message_begin()
        self._bytes_since_begin = len(self._data)
        self._is_complete = False

    def on_headers_complete(self) -> None:
        """Refuse a head beyond the bounds, and hand over any other."""
        if self.parser.should_upgrade():
            # The parser takes no body with it; see `_unsupported_upgrade_warning`.
            return
        self._idle_bytes = 0
        if len(self.url) > LONGEST_TARGET:
            self._refusal = HTTPStatus.REQUEST_URI_TOO_LONG
            raise _RefusedHeadError
        if self._bytes_since_begin > MOST_HEAD_BYTES and self._head_bytes() > MOST_HEAD_BYTES:
            self._refusal = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            raise _RefusedHeadError
        super().on_headers_complete()
        # The task that answers has not begun yet, and uvicorn has no place to name another class.
        self.cycle.__class__ = Exchange
        carry(self.scope, self.cycle)
        self._unanswered.append(self.cycle)
        self._waiting.pop(self, None)

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._idle_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        if self.parser.should_upgrade():
            return
        self._idle_bytes = 0
        self._is_complete = True
        self._lose_patience()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._unanswered.popleft()
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._waiting[self] = None

    def timeout_keep_alive_handler(self) -> None:
        """Close an idle connection, unless a request is there that was not read yet."""
        connected = self.transport.get_extra_info("socket")
        if _is_unread(connected):
            self.timeout_keep_alive_task = self.loop.call_later(
                _UNREAD_SECONDS, self.timeout_keep_alive_handler
            )
            return
        if not (self.transport.is_closing() or self.transport.get_write_buffer_size()):
            _say_no_more(connected)
        super().timeout_keep_alive_handler()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002
        """Refuse what is no HTTP request or beyond the bounds, in the contract's form.

        Behind requests that came whole and wait for their answers, the last answer is the end.
        """
        if self.transport.is_closing():
            return
        whole = [request for request in self._unanswered if not request.more_body]
        if whole:
            whole[-1].keep_alive = False
            self._is_complete = True
            self.flow.pause_reading()
            return
        status = self._refusal
        self.transport.write(
            b"HTTP/1.1 %d %b\r\ncontent-type: application/json; charset=utf-8\r\n"
            b"content-length: %d\r\nconnection: close\r\n\r\n%b"
            % (status, status.phrase.encode(), len(_REFUSAL), _REFUSAL)
        )
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        # An upgrade may be ignored (RFC 9110, 7.8), but the parser has dropped the body with it:
        # a Java client, which asks for h2c with every POST, would lose its delivery. The same
        # request is read again without the header.
        upgrade = sys.exception()
        method = self.parser.get_method()
        if upgrade is None or method == b"CONNECT":
            self.send_400_response("There is nothing to connect to.")
            return
        rest = self._data[upgrade.args[0] :]
        head = [method, b" ", self.url, b" HTTP/", self.parser.get_http_version().encode(), b"\r\n"]
        for name, value in self.headers:
            if name != b"upgrade":
                head += [name, b": ", value, b"\r\n"]
        self.parser = type(self.parser)(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        self._idle_bytes = 0
        self.data_received(b"".join([*head, b"\r\n", rest]))

    def _head_bytes(self) -> int:
        return sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _let_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _be_patient(self) -> None:
        self._patience = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _lose_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def _is_unread(connected: socket.socket) -> bool:
    looked_at = select.poll()
    looked_at.register(connected, select.POLLIN)
    return bool(looked_at.poll(0))


def _say_no_more(connected: socket.socket) -> None:
    # The transport closes a turn of the loop later, and what is sent until then is never read.
    # Where the other side has hung up, or no file may be opened any more, that is all there is.
    with (
        suppress(OSError),
        socket.fromfd(connected.fileno(), connected.family, connected.type) as same,
    ):
        same.shutdown(socket.SHUT_WR)
