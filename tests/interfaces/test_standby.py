"""What a worker does that stands by, in this process."""

import asyncio
import os
import resource
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from tempfile import TemporaryFile

import pytest
import uvloop

from interfaces.places import Places, places
from interfaces.standby import LEFT_LYING_SECONDS, Acceptor
from tests.waiting import until

WAIT_SECONDS = 10
HAVE_BOTH_PLACES = """
import fcntl, sys
for place in range(2):
    fcntl.lockf(int(sys.argv[1]), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
print("have them", flush=True)
sys.stdin.read()
"""


class Greeting(asyncio.Protocol):
    """Says by whom the connection was taken."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(b"standby")
        transport.close()


@pytest.fixture
def no_place() -> Generator[Places]:
    with places(0) as lent:
        yield lent


@asynccontextmanager
async def standing_by(
    no_place: Places,
    protocol_factory: Callable[[], asyncio.BaseProtocol] = Greeting,
) -> AsyncGenerator[socket.socket]:
    """Stand by for the length of a block, and lend the socket of whoever takes at once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        standby = Acceptor(protocol_factory, listening, no_place)
        yield listening
        standby.close()
        await standby.wait_closed()


@contextmanager
def connected(listening: socket.socket) -> Generator[socket.socket]:
    with socket.create_connection(listening.getsockname()) as connection:
        connection.setblocking(False)
        yield connection


@contextmanager
def no_more_files() -> Generator[None]:
    """Let this process open no more files for the length of a block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def greeting(connection: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    return await asyncio.wait_for(loop.sock_recv(connection, 64), WAIT_SECONDS)


def test_what_somebody_else_takes_is_left_and_what_is_left_lying_is_taken(no_place: Places) -> None:
    async def play() -> None:
        async with standing_by(no_place) as listening:
            await asyncio.sleep(0)
            with connected(listening) as first, connected(listening) as second:
                taken, _ = listening.accept()
                with taken:
                    taken.sendall(b"at once")
                assert await greeting(first) == b"at once"
                assert await greeting(second) == b"standby"

    asyncio.run(play())


@pytest.mark.parametrize(("number", "fewest", "most"), [(1, 1, 19), (2, 8, 59)])
def test_who_has_a_place_takes_all_that_come_at_once_soon_and_leaves_some_to_others(
    number: int, fewest: int, most: int
) -> None:
    taken: list[asyncio.BaseTransport] = []

    class Taken(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            taken.append(transport)

    async def turns_to_take(senders: int) -> int:
        with socket.create_server(("127.0.0.1", 0)) as listening, places(number) as lent:
            acceptor = Acceptor(Taken, listening, lent)
            with ExitStack() as open_ones:
                for _ in range(senders):
                    open_ones.enter_context(connected(listening))
                turns = 0
                # A loop that is kept busy takes long over each.
                while len(taken) < senders and turns < senders:
                    turns += 1
                    await asyncio.sleep(0)
            acceptor.close()
            await acceptor.wait_closed()
        return turns

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert fewest <= runner.run(turns_to_take(60)) <= most
    assert len(taken) == 60


def test_who_stands_by_for_several_takes_all_that_are_left_lying_at_once() -> None:
    taken: list[float] = []

    class Taken(asyncio.Protocol):
        def connection_made(self, _: asyncio.BaseTransport) -> None:
            taken.append(asyncio.get_running_loop().time())

    async def play(lent: Places) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as open_ones:
            for _ in range(60):
                open_ones.enter_context(connected(listening))
            acceptor = Acceptor(Taken, listening, lent)
            await asyncio.to_thread(until, lambda: len(taken) == 60)
            acceptor.close()
            await acceptor.wait_closed()

    with TemporaryFile() as file:
        command = [sys.executable, "-c", HAVE_BOTH_PLACES, str(file.fileno())]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=[file.fileno()]
        ) as others:
            assert others.stdout is not None
            assert others.stdout.readline() == b"have them\n"
            asyncio.run(play(Places(2, file.fileno())))
            others.communicate()
    assert taken[-1] - taken[0] < 4 * LEFT_LYING_SECONDS


def test_somebody_who_takes_each_connection_in_time_gets_all_of_them(no_place: Places) -> None:
    async def play() -> None:
        async with standing_by(no_place) as listening:
            for _ in range(10):
                with connected(listening) as connection:
                    # The sender's pace: something lies there most of the time, nothing for long.
                    await asyncio.sleep(LEFT_LYING_SECONDS * 0.6)
                    taken, _ = listening.accept()
                    taken.close()
                    assert await greeting(connection) == b""
                await asyncio.sleep(LEFT_LYING_SECONDS * 0.2)

    asyncio.run(play())


def test_somebody_who_takes_one_after_the_other_of_many_gets_all_of_them(
    no_place: Places,
) -> None:
    async def play() -> None:
        async with standing_by(no_place) as listening:
            with ExitStack() as senders:
                waiting = [senders.enter_context(connected(listening)) for _ in range(6)]
                for connection in waiting:
                    await asyncio.sleep(LEFT_LYING_SECONDS * 0.4)
                    taken, _ = listening.accept()
                    no_place.count_taken()
                    taken.close()
                    assert await greeting(connection) == b""

    asyncio.run(play())


def test_a_connection_for_which_no_file_may_be_open_is_taken_later(
    no_place: Places,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def play() -> None:
        async with standing_by(no_place) as listening:
            with connected(listening) as connection:
                with no_more_files():
                    await asyncio.to_thread(until, lambda: "cannot be taken" in caplog.text)
                assert await greeting(connection) == b"standby"

    asyncio.run(asyncio.wait_for(play(), WAIT_SECONDS))
    assert caplog.text.count("cannot be taken") == 1


def test_a_connection_that_cannot_be_served_does_not_end_the_standing_by(
    no_place: Places,
    caplog: pytest.LogCaptureFixture,
) -> None:
    protocols = iter([None, Greeting()])

    def next_protocol() -> asyncio.BaseProtocol:
        protocol = next(protocols)
        if protocol is None:
            raise LookupError("no protocol for this one")
        return protocol

    async def play() -> None:
        async with standing_by(no_place, next_protocol) as listening:
            with connected(listening) as first:
                assert await greeting(first) == b""
                with connected(listening) as second:
                    assert await greeting(second) == b"standby"

    asyncio.run(asyncio.wait_for(play(), WAIT_SECONDS))
    assert "no protocol for this one" in caplog.text


def test_a_connection_that_is_being_taken_when_it_closes_is_ended_and_known_to_be(
    no_place: Places,
) -> None:
    lost = asyncio.Event()
    standbys: list[Acceptor] = []

    class Ended(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.shutdown = transport.close
            standbys[0].close()

        def connection_lost(self, _: Exception | None) -> None:
            lost.set()

    async def play() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            standbys.append(Acceptor(Ended, listening, no_place))
            with connected(listening):
                await asyncio.wait_for(lost.wait(), WAIT_SECONDS)
            await standbys[0].wait_closed()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(play())


def test_who_was_closed_takes_nothing_and_leaves_the_socket_to_the_others(no_place: Places) -> None:
    async def play() -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            standby = Acceptor(Greeting, listening, no_place)
            await asyncio.sleep(0)
            standby.close()
            await standby.wait_closed()
            listening.setblocking(True)
            with connected(listening) as connection:
                taken, _ = listening.accept()
                with taken:
                    taken.sendall(b"at once")
                assert await greeting(connection) == b"at once"

    asyncio.run(play())
