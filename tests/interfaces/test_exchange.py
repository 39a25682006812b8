"""In how many pieces a request is taken and an answer leaves, and what is in them."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import ref

import pytest
from uvicorn.config import Config
from uvicorn.server import ServerState

from interfaces.connection import BoundedConnection
from interfaces.exchange import Exchange, carried

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[Any, Receive, Send], Awaitable[None]]

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
PATIENT = POST.replace(b"Host: x", b"Host: x\r\nExpect: 100-continue")
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
CLOSING = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
FOUR = (b"content-length", b"4")
FAULT: dict[str, Any] = {"type": "a fault"}
GONE: dict[str, Any] = {"type": "the other side has gone"}


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


def answered(request: bytes, *messages: dict[str, Any], apart: bool = False) -> Line:
    """Return what is at the far end once these messages were sent, with a turn between if apart."""
    line = Line()

    async def application(_scope: Any, _receive: Any, send: Send) -> None:
        for message in messages:
            if message is FAULT:
                raise RuntimeError
            if message is GONE:
                line.close()
                continue
            await send(message)
            if apart:
                line.pieces.append(b"|")
                await asyncio.sleep(0)

    play(application, line, request)
    return line


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


def taken(*request: bytes) -> list[bytes | None]:
    """Return what was taken as a whole, and else what was received, until all of it was there."""
    bodies: list[bytes | None] = []

    async def application(scope: Any, receive: Receive, send: Send) -> None:
        bodies.append(taking(scope).take_body())
        more = bodies == [None]
        while more:
            message = await receive()
            bodies.append(message["body"])
            more = message["more_body"]
        await send(start(FOUR))
        await send(body(b"null"))

    play(application, Line(), *request)
    return bodies


def told(request: bytes, *headers: tuple[bytes, bytes], gone: bool = False) -> tuple[bool, Line]:
    """Return whether an answer was written as a whole, and what is at the far end."""
    line, wrote = Line(), []

    async def application(scope: Any, _receive: Receive, send: Send) -> None:
        if gone:
            line.close()
        wrote.append(taking(scope).answer(200, [FOUR, *headers], b"null"))
        if wrote == [False]:
            line.pieces.append(b"|")
            await send(start(FOUR))
            await send(body(b"null"))

    play(application, line, request)
    return wrote[0], line


def taking(scope: Any) -> Exchange:
    exchange = carried(scope)
    assert exchange is not None
    return exchange


def test_an_answer_whose_length_is_told_leaves_in_one_piece() -> None:
    line = answered(GET, start(FOUR, (b"a", b"b")), body(b"null"))
    assert line.pieces == [OK + b"content-length: 4\r\na: b\r\n\r\nnull"]
    assert not line.end


def test_so_does_one_without_a_body() -> None:
    assert answered(GET, start((b"content-length", b"0")), body(b"")).pieces == [
        OK + b"content-length: 0\r\n\r\n"
    ]


def test_a_request_that_came_with_the_one_before_is_answered_after_it() -> None:
    line = answered(GET + GET, start(FOUR), body(b"null"))
    assert line.pieces == [OK + b"content-length: 4\r\n\r\nnull"] * 2


def test_a_head_whose_body_comes_bit_by_bit_does_not_wait_for_it() -> None:
    line = answered(GET, start(), body(b"one", more=True), body(b""), apart=True)
    assert line.pieces == [
        OK + b"transfer-encoding: chunked\r\n\r\n",
        *(b"|", b"3\r\none\r\n", b"|", b"0\r\n\r\n", b"|"),
    ]


def test_a_body_of_known_length_may_come_bit_by_bit() -> None:
    line = answered(GET, start(FOUR), body(b"nu", more=True), body(b"ll"))
    assert b"".join(line.pieces) == OK + b"content-length: 4\r\n\r\nnull"


def test_an_answer_to_head_has_no_body() -> None:
    line = answered(HEAD, start(FOUR), body(b"null"))
    assert b"".join(line.pieces) == OK + b"content-length: 4\r\n\r\n"


def test_who_asked_for_the_end_of_the_connection_is_told_it() -> None:
    line = answered(CLOSING, start(FOUR), body(b"null"))
    assert b"".join(line.pieces) == OK + b"content-length: 4\r\nconnection: close\r\n\r\nnull"
    assert line.end == "closed"


@pytest.mark.parametrize("value", [b"b\r\nset-cookie: a=b", b"b\nc", b"b\rc", b"b\0c"])
def test_no_header_is_slipped_into_an_answer(value: bytes) -> None:
    line = answered(GET, start(FOUR, (b"a", value)), body(b"null"))
    assert value not in b"".join(line.pieces)
    assert line.end == "closed"


@pytest.mark.parametrize("text", [b"", b"nul", b"nulls"])
def test_a_body_of_another_length_than_was_told_is_no_answer(text: bytes) -> None:
    assert answered(GET, start(FOUR), body(text)).end == "closed"


@pytest.mark.parametrize("left", [(FAULT,), ()])
@pytest.mark.parametrize("length", [b"0", b"4"])
def test_an_answer_that_ends_with_its_head_gives_way_to_a_fault(
    length: bytes, left: tuple[dict[str, Any], ...]
) -> None:
    line = answered(GET, start((b"content-length", length)), *left)
    assert b"".join(line.pieces).startswith(b"HTTP/1.1 500 ")
    assert line.end == "closed"


def test_an_answer_to_somebody_who_has_gone_meanwhile_is_dropped(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for messages in (
        (GONE, start(FOUR), body(b"null")),
        (start(FOUR), GONE, body(b"null")),
        (start(), GONE, body(b"null")),
    ):
        assert b"null" not in b"".join(answered(GET + GET, *messages).pieces)
    assert not caplog.records


def test_a_body_that_is_there_is_taken_as_a_whole() -> None:
    assert taken(POST + b"body") == [b"body"]
    assert taken(GET) == [b""]


def test_a_body_that_is_still_to_come_is_received() -> None:
    assert taken(POST + b"bo", b"dy") == [None, b"bo", b"dy"]
    assert taken(PATIENT + b"body") == [None, b"body"]


def test_chunks_that_are_all_there_are_taken_as_a_whole() -> None:
    assert taken(CHUNKED + b"2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n") == [b"body"]
    assert taken(CHUNKED + b"2\r\nbo\r\n", b"2\r\ndy\r\n0\r\n\r\n") == [None, b"bo", b"dy"]


def test_of_two_bodies_that_came_together_each_is_the_body_of_its_own_request() -> None:
    # The server reads no further until the first one is answered, so that it is received.
    assert taken(POST + b"body" + POST + b"more") == [None, b"body", b"more"]


@pytest.mark.parametrize(("length", "whole"), [(65_536, True), (65_537, False)])
def test_a_body_that_the_server_holds_up_is_received(length: int, *, whole: bool) -> None:
    long = b"x" * length
    assert taken(POST.replace(b"4", b"%d" % length) + long) == ([long] if whole else [None, long])


def test_nothing_is_taken_of_what_was_received_or_taken() -> None:
    left: list[bytes | None] = []

    async def application(scope: Any, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            taking(scope).take_body()
        else:
            await receive()
        left.append(taking(scope).take_body())
        await send(start(FOUR))
        await send(body(b"null"))

    for request in ((GET,), (POST + b"body",), (POST + b"bo", b"dy")):
        play(application, Line(), *request)
    assert left == [None] * 3


def test_a_request_that_is_never_answered_is_kept_by_nobody() -> None:
    kept: list[ref[Exchange]] = []

    async def application(scope: Any, _receive: Receive, _send: Send) -> None:
        kept.append(ref(taking(scope)))
        await asyncio.sleep(0)

    gc.collect()
    gc.disable()
    try:
        play(application, Line(), GET)
    finally:
        gc.enable()
    assert [exchange() for exchange in kept] == [None]


def test_an_answer_that_is_given_as_a_whole_leaves_as_one() -> None:
    wrote, line = told(GET, (b"a", b"b"))
    assert wrote
    assert line.pieces == [OK + b"content-length: 4\r\na: b\r\n\r\nnull"]


@pytest.mark.parametrize(
    ("request_", "headers"), [(HEAD, ()), (CLOSING, ()), (GET, ((b"a", b"b\r\nc: d"),))]
)
def test_of_an_answer_that_cannot_be_one_piece_nothing_is_written(
    request_: bytes, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    wrote, line = told(request_, *headers)
    assert not wrote
    assert line.pieces[0] == b"|"
    assert line.pieces[1].startswith(OK)


def test_nothing_is_written_to_somebody_who_has_gone() -> None:
    wrote, line = told(GET, gone=True)
    assert not wrote
    assert line.pieces == [b"|"]


def test_nothing_is_written_twice_nor_to_a_reader_who_does_not_keep_up_or_is_lost() -> None:
    line, wrote = Line(), list[bool]()

    async def application(scope: Any, _receive: Receive, _send: Send) -> None:
        exchange = taking(scope)
        exchange.flow.pause_writing()
        wrote.append(exchange.answer(200, [FOUR], b"null"))
        exchange.flow.resume_writing()
        exchange.disconnected = True
        wrote.append(exchange.answer(200, [FOUR], b"null"))
        exchange.disconnected = False
        wrote.extend(exchange.answer(200, [FOUR], b"null") for _ in range(2))

    play(application, line, GET)
    assert wrote == [False, False, True, False]
    assert line.pieces == [OK + b"content-length: 4\r\n\r\nnull"]
