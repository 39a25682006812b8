"""What is too large is refused, and what is held is counted, however the body comes."""

from typing import Any, Final

import pytest

from interfaces.exchange import carried
from interfaces.webhook.held_bodies import HeldBodies
from interfaces.webhook.refusals import BodyTooLargeError, TooManyBytesHeldError
from interfaces.webhook.request import Incoming, read_bytes, read_headers
from tests.interfaces.far_end import CHUNKED, FOUR, POST, Line, Send, body, play, start

WAYS: Final = (
    (POST + b"body",),
    (POST + b"bo", b"dy"),
    (CHUNKED + b"4\r\nbody\r\n0\r\n\r\n",),
    (CHUNKED + b"2\r\nbo\r\n", b"2\r\ndy\r\n0\r\n\r\n"),
)


def read(request: tuple[bytes, ...], held: HeldBodies, most_bytes: int = 4) -> tuple[object, int]:
    """Return what was read or why it was not, and how many bytes were held then."""
    ends: list[tuple[object, int]] = []

    async def application(scope: Any, receive: Any, send: Send) -> None:
        incoming = Incoming(read_headers(scope["headers"]), receive, carried(scope))
        with held.of_one_request() as hold:
            try:
                ends.append((await read_bytes(incoming, most_bytes, hold), held.bytes))
            except (BodyTooLargeError, TooManyBytesHeldError) as error:
                ends.append((type(error), held.bytes))
        await send(start(FOUR))
        await send(body(b"null"))

    play(application, Line(), *request)
    [end] = ends
    return end


@pytest.mark.parametrize("request_", WAYS)
def test_a_body_is_counted_as_held_as_long_as_it_is(request_: tuple[bytes, ...]) -> None:
    held = HeldBodies(4)
    assert read(request_, held) == (b"body", 4)
    assert held.bytes == 0


@pytest.mark.parametrize("request_", WAYS)
def test_a_body_beyond_its_own_bound_is_refused(request_: tuple[bytes, ...]) -> None:
    refusal, _ = read(request_, HeldBodies(4), most_bytes=3)
    assert refusal is BodyTooLargeError


@pytest.mark.parametrize("request_", WAYS)
def test_a_body_for_which_all_together_have_no_room_is_refused(request_: tuple[bytes, ...]) -> None:
    held = HeldBodies(3)
    refusal, _ = read(request_, held)
    assert refusal is TooManyBytesHeldError
    assert held.bytes == 0


def test_a_body_that_is_announced_as_too_large_is_not_read_at_all() -> None:
    ten = POST.replace(b"4", b"10")
    assert read((ten, b"body", b"beyond"), HeldBodies(10)) == (BodyTooLargeError, 0)
