"""The HTTP side without the kernel: real connections on transports of memory."""

import asyncio
from collections.abc import Iterator, Sequence
from time import thread_time
from typing import Any, Final

from litestar import Litestar
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from interfaces.standby import StandbyConfig
from tests.bench.in_process import PATH, QUERY
from tests.bench.wrk import CONNECTIONS

HEADERS: Final = [
    (b"host", b"127.0.0.1:8000"),
    (b"content-type", b"application/json"),
    (b"accept", b"application/json"),
    (b"content-length", b"1500"),
]
_ADDRESSES: Final = {"sockname": ("127.0.0.1", 8000), "peername": ("127.0.0.1", 50_000)}


class _Transport(asyncio.Transport):
    """Its other end sends the next webhook when it has the answer to the one before."""

    def __init__(self, connection: HttpToolsProtocol, requests: Iterator[bytes]) -> None:
        super().__init__(_ADDRESSES)
        self._connection = connection
        self._requests = requests
        self._loop = asyncio.get_running_loop()
        self.all_answered = self._loop.create_future()
        connection.connection_made(self)
        self._loop.call_soon(connection.data_received, next(requests))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        told = bytes(data)
        if not told.startswith((b"HTTP/1.1 200", b"null")):
            self._fail(told)
        elif not told.endswith(b"null"):
            return  # The head alone, of a connection that does not write them together.
        elif request := next(self._requests, None):
            self._loop.call_soon(self._connection.data_received, request)
        else:
            self.all_answered.set_result(None)

    def close(self) -> None:
        self._fail(b"nothing")

    def pause_reading(self) -> None:
        """Send on: there is but one request at a time."""

    def resume_reading(self) -> None:
        """Send on."""

    def is_closing(self) -> bool:
        return False

    def _fail(self, told: bytes) -> None:
        if not self.all_answered.done():
            self.all_answered.set_exception(RuntimeError(f"a webhook was answered {told!r}"))


async def through_connections(
    app: Any, protocol: type[HttpToolsProtocol], bodies: Sequence[bytes]
) -> float:
    """Return the seconds of processor that this thread takes to have all of them answered."""
    config = StandbyConfig(app, log_config=None, access_log=False, server_header=False, ws="none")
    config.load()
    state, loop, count = ServerState(), asyncio.get_running_loop(), min(CONNECTIONS, len(bodies))
    requests = [_request(body) for body in bodies]
    connections = [protocol(config, state, {}, loop) for _ in range(count)]
    began = thread_time()
    transports = [
        _Transport(connection, iter(requests[place::count]))
        for place, connection in enumerate(connections)
    ]
    await asyncio.gather(*[transport.all_answered for transport in transports])
    took = thread_time() - began
    for connection in connections:
        connection.connection_lost(None)
    return took


async def through_litestar(app: Litestar, number: int) -> float:
    """Return the seconds of processor that so many requests take in Litestar alone."""
    scopes: Any = [
        {"type": "http", "method": "POST", "path": PATH, "root_path": "", "query_string": b""}
        | {"headers": HEADERS, "client": ("127.0.0.1", 50_000), "state": {}}
        for _ in range(number)
    ]
    began = thread_time()
    for scope in scopes:
        await app(scope, _receive, _send)
    return thread_time() - began


async def _receive() -> Any:
    return {"type": "http.request", "body": b""}


async def _send(message: Any) -> None:
    if message.get("status", 200) != 200:
        raise RuntimeError(f"a request was answered {message}")


def _request(body: bytes) -> bytes:
    headers = b"".join(b"%b: %b\r\n" % header for header in HEADERS)
    return b"POST %b?%b HTTP/1.1\r\n%b\r\n%b" % (PATH.encode(), QUERY, headers, body)
