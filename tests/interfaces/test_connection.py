"""What a connection does whose loop is busy with others, and how many of them there are."""

import asyncio
import resource
import socket
import struct
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from typing import Any

import pytest
import uvloop
from litestar import Litestar
from uvicorn.config import Config
from uvicorn.server import ServerState

from interfaces.connection import BoundedConnection, most_connections
from interfaces.places import places
from interfaces.standby import Acceptor
from tests.interfaces.test_standby import connected
from tests.waiting import until

IDLE_SECONDS = 1
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
WAIT_SECONDS = 10


LARGE = b"x" * 20_000_000


async def large(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": LARGE})


async def fine(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"fine"})


@asynccontextmanager
async def serving(
    application: Callable[..., Awaitable[None]] = fine,
) -> AsyncGenerator[tuple[socket.socket, list[BoundedConnection]]]:
    """Answer on a socket; also yield the connections in the order in which they begin."""
    begun: list[BoundedConnection] = []
    config = Config(application, timeout_keep_alive=IDLE_SECONDS, log_config=None)
    config.load()
    state = ServerState()

    def begin() -> BoundedConnection:
        begun.append(BoundedConnection(config, state, {}))
        return begun[-1]

    async with await asyncio.get_running_loop().create_server(begin, "127.0.0.1", 0) as server:
        yield server.sockets[0], begun


@asynccontextmanager
async def idle() -> AsyncGenerator[tuple[socket.socket, BoundedConnection]]:
    """A sender that was answered, and its connection, which waits for the next request."""
    async with serving() as (listening, begun):
        with connected(listening) as client:
            client.sendall(REQUEST)
            assert b"fine" in await received(client)
            yield client, begun[0]


async def answers(keep_busy: Callable[[socket.socket], None]) -> list[bytes]:
    """Ask once, keep the loop busy while it looks at its sockets, and return all that came."""
    loop = asyncio.get_running_loop()
    async with serving() as (listening, _):
        with connected(listening) as client:
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


def test_whoever_is_idle_for_too_long_is_told_at_once_however_busy_the_loop() -> None:
    async def told() -> bool:
        async with idle() as (client, connection):
            connection.timeout_keep_alive_handler()
            return not is_open(client)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(told())


def test_an_answer_that_was_not_read_yet_is_there_whole_after_the_idle_end() -> None:
    async def read_late() -> int:
        async with serving(large) as (listening, begun):
            with connected(listening) as client:
                client.sendall(REQUEST)
                await asyncio.to_thread(until, lambda: begun)
                await asyncio.to_thread(
                    until, lambda: getattr(begun[0].cycle, "response_complete", False)
                )
                begun[0].timeout_keep_alive_handler()
                length = 0
                while piece := await received(client):
                    length += len(piece)
        return length

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(read_late()) > len(LARGE)


def test_nobody_looks_after_an_idle_connection_that_was_reset() -> None:
    async def reset() -> BoundedConnection:
        async with idle() as (client, connection):
            assert connection.timeout_keep_alive_task is not None
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
            await asyncio.to_thread(until, lambda: not connection.connections)
        return connection

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(reset()).timeout_keep_alive_task is None


@pytest.mark.parametrize(("files", "connections"), [(8_704, 4_096), (4_096, 1_792), (600, 150)])
def test_a_process_that_may_open_few_files_has_fewer_connections(
    files: int, connections: int
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    try:
        assert most_connections.__wrapped__() == connections
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_for_many_that_come_at_once_those_that_waited_longest_are_closed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("interfaces.connection.most_connections", lambda: 20)
    config, state = Config(Litestar, factory=True, log_config=None), ServerState()
    config.load()
    begun: list[asyncio.Transport] = []

    class Counted(BoundedConnection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            begun.append(transport)
            super().connection_made(transport)

    async def play() -> list[bool]:
        with socket.create_server(("127.0.0.1", 0)) as listening, places(1) as lent:
            acceptor = Acceptor(lambda: Counted(config, state, {}), listening, lent)
            with ExitStack() as open_ones:
                clients: list[socket.socket] = []
                for come in (20, 15):
                    clients.extend(
                        open_ones.enter_context(connected(listening)) for _ in range(come)
                    )
                    await asyncio.to_thread(until, lambda: len(begun) == len(clients))
                acceptor.close()
                await acceptor.wait_closed()
                await asyncio.sleep(0)
                return [is_open(client) for client in clients]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(play()) == [False] * 15 + [True] * 20


def is_open(client: socket.socket) -> bool:
    try:
        return client.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionResetError:
        return False
