"""What is written in one turn of the event loop leaves together."""

import asyncio
from collections.abc import Callable

from interfaces.whole_writes import WholeWrites


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

    def abort(self) -> None:
        self.end = "cut"

    def is_closing(self) -> bool:
        return bool(self.end)


def after(act: Callable[[WholeWrites], None]) -> Line:
    """Act in one turn of the loop, and return the line a turn later."""
    line = Line()

    async def play() -> None:
        act(WholeWrites(line, asyncio.get_running_loop()))
        await asyncio.sleep(0)

    asyncio.run(play())
    return line


def answer(writes: WholeWrites) -> None:
    writes.write(b"head")
    writes.write(b"body")


def test_the_head_of_an_answer_leaves_with_its_body() -> None:
    assert after(answer).pieces == [b"headbody"]


def test_a_connection_that_is_closed_says_first_what_was_written() -> None:
    def act(writes: WholeWrites) -> None:
        answer(writes)
        writes.close()

    line = after(act)
    assert (line.pieces, line.end) == ([b"headbody"], "closed")


def test_a_connection_that_is_cut_says_nothing_more() -> None:
    def act(writes: WholeWrites) -> None:
        answer(writes)
        writes.abort()

    line = after(act)
    assert (line.pieces, line.end) == ([], "cut")


def test_a_head_whose_body_is_not_there_yet_does_not_wait_for_it() -> None:
    line = Line()

    async def play() -> None:
        writes = WholeWrites(line, asyncio.get_running_loop())
        writes.write(b"head")
        await asyncio.sleep(0)
        assert line.pieces == [b"head"]
        writes.write(b"body")
        await asyncio.sleep(0)

    asyncio.run(play())
    assert line.pieces == [b"head", b"body"]


def test_an_answer_to_somebody_who_has_gone_meanwhile_is_dropped() -> None:
    failed: list[dict[str, object]] = []

    async def play() -> None:
        loop, line = asyncio.get_running_loop(), Line()
        loop.set_exception_handler(lambda _, context: failed.append(context))
        answer(WholeWrites(line, loop))
        line.close()
        await asyncio.sleep(0)

    asyncio.run(play())
    assert failed == []
