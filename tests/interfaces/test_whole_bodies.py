"""Which bodies are taken as a whole, and which are received."""

import asyncio
import gc
from typing import Any
from weakref import ref

import pytest

from interfaces.exchange import Exchange
from tests.interfaces.far_end import (
    CHUNKED,
    FOUR,
    GET,
    POST,
    Line,
    Receive,
    Send,
    body,
    play,
    start,
    taking,
)

PATIENT = POST.replace(b"Host: x", b"Host: x\r\nExpect: 100-continue")


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
