"""The far end of a connection, without a socket between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.server import ServerState

from interfaces.connection import BoundedConnection
from interfaces.exchange import Exchange, carried

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
FOUR = (b"content-length", b"4")


class Line(asyncio.Transport):
    """What is at the far end of a connection: the pieces that came, and how it ended."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []
        self.end = ""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.end, "nothing can be written any more"
        self.pieces.append(bytes(data))

    def close(self) -> None:
        self.end = "closed"

    def is_closing(self) -> bool:
        return bool(self.end)

    def pause_reading(self) -> None:
        """Send on: everything is sent at once."""

    def resume_reading(self) -> None:
        """Send on."""


def start(*headers: tuple[bytes, bytes]) -> dict[str, Any]:
    return {"type": "http.response.start", "status": 200, "headers": list(headers)}


def body(text: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text, "more_body": more}


def play(application: Application, line: Line, *request: bytes) -> None:
    """Have the request come in these pieces, a turn between, until the application is done."""

    async def come() -> None:
        config = Config(application, log_config=None, server_header=False, date_header=False)
        config.load()
        connection = BoundedConnection(config, ServerState(), {})
        connection.connection_made(line)
        for piece in request:
            connection.data_received(piece)
            await asyncio.sleep(0)
        while connection.tasks:
            await asyncio.gather(*connection.tasks)
        # A process closes those that wait longest, so this one may not wait for ever.
        connection.connection_lost(ConnectionResetError())

    asyncio.run(come())


def taking(scope: Any) -> Exchange:
    exchange = carried(scope)
    assert exchange is not None
    return exchange
