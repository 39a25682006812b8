"""In how many pieces an answer leaves, and what is in them."""

import asyncio
from typing import Any

import pytest

from tests.interfaces.far_end import FOUR, GET, Line, Receive, Send, body, play, start, taking

CLOSING = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
HEAD = b"HEAD / HTTP/1.1\r\nHost: x\r\n\r\n"
FAULT: dict[str, Any] = {"type": "a fault"}
GONE: dict[str, Any] = {"type": "the other side has gone"}
OK = b"HTTP/1.1 200 OK\r\n"


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
