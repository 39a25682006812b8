"""What a connection does whose loop is busy with others."""

import asyncio
import resource
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
import uvloop
from uvicorn.config import Config
from uvicorn.server import ServerState

from interfaces.connection import BoundedConnection, most_connections

IDLE_SECONDS = 1
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WAIT_SECONDS = 10


async def fine(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"fine"})


async def answers(keep_busy: Callable[[socket.socket], None]) -> list[bytes]:
    """Ask once, keep the loop busy while it looks at its sockets, and return all that came."""
    loop = asyncio.get_running_loop()
    config = Config(fine, timeout_keep_alive=IDLE_SECONDS, log_config=None)
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: BoundedConnection(config, state, {}), "127.0.0.1", 0)
    async with server:
        with socket.create_connection(server.sockets[0].getsockname()) as client:
            client.setblocking(False)
            client.sendall(REQUEST)
            came = [await received(client)]
            one, other = socket.socketpair()
            with one, other:
                loop.add_reader(one, keep_busy, client)
                other.sendall(b"now")
                await asyncio.sleep(0)
                loop.remove_reader(one)
                while came[-1]:
                    came.append(await received(client))
    return came


async def received(client: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    return await asyncio.wait_for(loop.sock_recv(client, 1_000), WAIT_SECONDS)


def test_a_request_that_came_before_the_idle_end_is_answered_however_late_it_is_read() -> None:
    def ask_and_be_busy(client: socket.socket) -> None:
        client.sendall(REQUEST)
        time.sleep(IDLE_SECONDS * 1.2)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        came = runner.run(answers(ask_and_be_busy))
    assert [b"fine" in answer for answer in came] == [True, True, False]


@pytest.mark.parametrize(("files", "connections"), [(4_608, 4_096), (2_000, 1_488), (600, 300)])
def test_a_process_that_may_open_few_files_has_fewer_connections(
    files: int, connections: int
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    try:
        assert most_connections.__wrapped__() == connections
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
