import asyncio
from collections.abc import Callable
from itertools import count

from tests.bench.endings import Ending
from tests.bench.open_loop import Account, Order, Sender
from tests.bench.phases import Phase

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nnull"


class Answering(asyncio.Protocol):
    """Answers 200 to what comes in one piece, and notes it."""

    def __init__(self, note: Callable[[], None]) -> None:
        self._note = note

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, _: bytes) -> None:
        self._transport.write(ANSWER)
        self._note()


async def offered(*phases: Phase, stopped_after: int | None = None) -> Account:
    numbers = count(1)

    def note() -> None:
        if next(numbers) == stopped_after:
            sender.stop()

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(note), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    sender = Sender(Order(f"http://{host}:{port}/?accessKey=k", phases))
    async with server:
        return await sender.run()


def test_a_load_that_is_stopped_tells_what_became_of_all_it_sent() -> None:
    account = asyncio.run(offered(Phase(200, 10), Phase(200, 10), stopped_after=20))
    [outcome] = account.outcomes
    assert 20 <= outcome.sent == len(account.acknowledged) < 2_000
    assert set(outcome.endings) == {Ending.ACKNOWLEDGED}


def test_a_load_that_is_not_stopped_keeps_to_its_phases() -> None:
    account = asyncio.run(offered(Phase(100, 1), Phase(50, 1)))
    assert [outcome.sent for outcome in account.outcomes] == [100, 50]
