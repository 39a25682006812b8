"""Senders that are slow, broken or many: they get no 500, and nobody else has to wait for them."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress

import pytest

from interfaces import connection as bounds
from tests.callers import Caller
from tests.interfaces.sockets import answer, ask, connection, head, is_closed, target, whole
from tests.interfaces.webhook.test_endpoint import body

BODY = body().encode()
CHUNKED = b"Transfer-Encoding: chunked"
IN_CHUNKS = b"%x\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (5, BODY[:5], len(BODY) - 5, BODY[5:])


def test_a_delivery_goes_through_beside_a_thousand_idle_connections(caller: Caller) -> None:
    with ExitStack() as idle:
        for _ in range(1_000):
            idle.enter_context(connection(caller))
        began = time.monotonic()
        assert caller.post(BODY).text == "1"
        assert time.monotonic() - began < 3


def test_silent_and_slow_connections_are_cut_off(caller: Caller) -> None:
    with ExitStack() as stack:
        silent, in_the_head, after_a_request, blank_lines = (
            stack.enter_context(connection(caller, bounds.REQUEST_SECONDS + 5)) for _ in range(4)
        )
        after_a_request.sendall(whole(caller, BODY))
        assert answer(after_a_request).status == 200
        began = time.monotonic()
        lines = iter(range(1, 1_000))
        while time.monotonic() < began + bounds.REQUEST_SECONDS + 1:
            for slow, piece in (
                (in_the_head, b"X-%d: 1\r\n" % next(lines)),
                (blank_lines, b"\r\n"),
            ):
                try:
                    slow.sendall(piece)
                except OSError:
                    continue
            time.sleep(0.5)
        for cut in (silent, in_the_head, after_a_request, blank_lines):
            cut.settimeout(1)
            assert is_closed(cut)


def test_a_body_that_comes_a_byte_now_and_then_is_answered_503_in_time(caller: Caller) -> None:
    with connection(caller) as slow:
        slow.sendall(head(caller, b"Content-Length: 1000") + b"\r\n")
        slow.settimeout(0.25)
        began, told = time.monotonic(), b""
        while not told and time.monotonic() < began + 6:
            slow.sendall(b" ")
            try:
                told = slow.recv(65_536)
            except TimeoutError:
                continue
        assert 3 < time.monotonic() - began < 5
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: " in told


def test_a_sender_that_leaves_in_the_middle_leaves_nothing_behind(caller: Caller) -> None:
    for sent in (
        head(caller)[:-10],
        head(caller, b"Content-Length: 1000") + b"\r\n{",
        head(caller, CHUNKED) + b"\r\n5\r\n{",
        whole(caller, BODY),
    ):
        with connection(caller) as leaving:
            leaving.sendall(sent)
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    assert caller.post(body(8)).status_code == 200
    assert not [name for name in caller.names() if name.startswith("delivery")]


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        pytest.param(b"GET /" + b"a" * 20_000, b"", 414, id="path"),
        pytest.param(b"POST /?q=" + b"a" * 20_000, b"", 414, id="query"),
        pytest.param(b"POST /?" + b"&" * 8_000, b"", 404, id="query within the bound"),
        pytest.param(b"GET /", b"X: " + b"a" * 40_000 + b"\r\n", 431, id="one long header"),
        pytest.param(b"GET /", b"X: a\r\n" * 10_000, 431, id="many headers"),
        pytest.param(b"GET /", b"X: a\r\n" * 1_000, 404, id="headers within the bound"),
        pytest.param(b"GET /", b"a" * 40_000 + b": b\r\n", 431, id="one long name"),
    ],
)
def test_request_lines_and_headers_are_bounded(
    caller: Caller, request_line: bytes, headers: bytes, status: int
) -> None:
    refused = ask(caller, request_line + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
    assert refused.status == status
    assert b'"Message"' in refused.body


def test_headers_are_bounded_also_where_they_begin_behind_a_body(caller: Caller) -> None:
    with connection(caller) as connected:
        connected.sendall(whole(caller, body(9).encode()) + head(caller) + b"X: a\r\n" * 10_000)
        assert answer(connected).status == 200
        connected.sendall(b"\r\n")
        assert answer(connected).status == 431


@pytest.mark.parametrize(
    "endless",
    [
        pytest.param(b"GET /", id="request line"),
        pytest.param(b"GET / HTTP/1.1\r\nX: ", id="header"),
        pytest.param(b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n\r\n1;", id="chunk extension"),
        pytest.param(b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n\r\n0\r\nX: ", id="trailer"),
    ],
)
def test_what_never_ends_is_cut_off_before_it_fills_the_memory(
    caller: Caller, endless: bytes
) -> None:
    with connection(caller) as bomb:
        bomb.sendall(endless)
        sent = 0
        with suppress(ConnectionError):
            for _ in range(400):
                sent += bomb.send(b"a" * 65_536)
        assert sent < 400 * 65_536
        assert is_closed(bomb)


@pytest.mark.parametrize(
    ("headers", "sent", "status"),
    [
        pytest.param([b"Content-Length: 1", b"Content-Length: 2"], b"{}", 400, id="two lengths"),
        pytest.param([b"Content-Length: 2", CHUNKED], b"0\r\n\r\n", 400, id="length and chunks"),
        pytest.param([b"Content-Length: -1"], b"", 400, id="negative length"),
        pytest.param([b"Content-Length: x"], b"", 400, id="no number"),
        pytest.param([b"Content-Length: " + b"9" * 30], b"", 400, id="endless length"),
        pytest.param([b"Content-Length: 9999999999"], b"", 413, id="large length"),
        pytest.param([b"Transfer-Encoding: chunked, gzip"], b"", 400, id="chunked is not last"),
        pytest.param(
            [b"Transfer-Encoding: gzip, chunked"], b"0\r\n\r\n", 200, id="gzip of nothing"
        ),
        pytest.param([b"Transfer-Encoding: gzip, chunked"], IN_CHUNKS, 415, id="gzip and chunked"),
        pytest.param([CHUNKED], IN_CHUNKS, 200, id="chunks"),
        pytest.param([CHUNKED], b"x\r\n", 400, id="broken chunk"),
        pytest.param([], b"", 200, id="no length is an empty body"),
        pytest.param([b"Bad Name: 1", b"Content-Length: 0"], b"", 400, id="broken header name"),
        pytest.param([b"X-Forwarded-For: \xff,,::[", CHUNKED], IN_CHUNKS, 200, id="odd header"),
    ],
)
def test_lengths_and_chunks_are_right_or_refused(
    caller: Caller, headers: list[bytes], sent: bytes, status: int
) -> None:
    assert ask(caller, head(caller, *headers) + b"\r\n" + sent).status == status


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
        pytest.param(b"CONNECT a:1 HTTP/1.1\r\n\r\n", id="CONNECT"),
        pytest.param(b"BREW /pot HTTP/1.1\r\n\r\n", id="unknown method"),
        pytest.param(b"GET http://x HTTP/1.1\r\n\r\n", id="no path"),
        pytest.param(b"GET /\xff HTTP/1.1\r\n\r\n", id="bytes in the path"),
        pytest.param(b"\x00" * 100 + b"\r\n\r\n", id="NUL"),
    ],
)
def test_what_is_no_http_request_is_invalid(caller: Caller, sent: bytes) -> None:
    refused = ask(caller, sent)
    assert (refused.status, refused.body) == (400, b'{"Message":"The request is invalid."}')


def test_expect_100_continue_is_asked_to_continue(caller: Caller) -> None:
    with connection(caller) as expecting:
        sent = head(caller, b"Content-Length: %d" % len(BODY), b"Expect: 100-continue")
        expecting.sendall(sent + b"\r\n")
        assert expecting.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        expecting.sendall(BODY)
        assert answer(expecting).body == b"1"


def test_a_body_behind_a_wish_to_upgrade_is_not_lost(caller: Caller) -> None:
    wish = [b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABk"]
    with connection(caller) as upgrading:
        for work_order_id, opened in ((1, b"1"), (2, b"2")):
            sent = whole(caller, body(work_order_id).encode(), *wish)
            for part in (sent[:150], sent[150:-20], sent[-20:]):
                upgrading.sendall(part)
                time.sleep(0.02)
            assert answer(upgrading).body == opened


REFUSED = [
    pytest.param(lambda it: head(it, method=b"GET") + b"\r\n", 405, id="method"),
    pytest.param(
        lambda it: whole(it, BODY).replace(it.query["accessKey"].encode(), b""), 401, id="no key"
    ),
    pytest.param(
        lambda it: whole(it, BODY).replace(it.query["accessKey"].encode(), b"x"), 401, id="wrong"
    ),
    pytest.param(lambda it: whole(it, BODY).replace(b"n/json", b"n/x"), 415, id="media type"),
    pytest.param(lambda it: whole(it, BODY, b"Content-Encoding: gzip"), 415, id="encoding"),
    pytest.param(lambda it: whole(it, b"{"), 400, id="malformed"),
    pytest.param(lambda it: whole(it, b" " * 4_194_305), 413, id="size"),
    pytest.param(
        lambda it: whole(it, BODY).replace(str(it.keys.client_id).encode(), b"1"), 400, id="GUID"
    ),
    pytest.param(
        lambda it: whole(it, BODY).replace(target(it), b"/nothing"), 404, id="path"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("refused", "status"), REFUSED)
def test_a_connection_is_used_again_after_a_refusal(
    caller: Caller, refused: Callable[[Caller], bytes], status: int
) -> None:
    with connection(caller) as kept:
        kept.sendall(refused(caller))
        assert answer(kept).status == status
        kept.sendall(whole(caller, BODY))
        assert answer(kept).body == b"1"


def test_requests_in_one_go_are_answered_in_order(caller: Caller) -> None:
    sent = b"".join(whole(caller, body(number).encode()) for number in range(1, 21))
    with connection(caller) as eager:
        eager.sendall(sent)
        eager.settimeout(15)
        told = b""
        while told.count(b"HTTP/1.1 200 OK") < 20 or not told.endswith(b"\r\n\r\n20"):
            told += eager.recv(65_536)
    answers = told.split(b"HTTP/1.1 200 OK")[1:]
    assert [told.split(b"\r\n\r\n")[1] for told in answers] == [b"%d" % n for n in range(1, 21)]


@pytest.mark.parametrize("is_begun", [False, True], ids=["no request", "a broken body"])
def test_what_is_no_request_behind_one_takes_nothing_from_its_answer(
    caller: Caller, is_begun: bool
) -> None:
    behind = head(caller, CHUNKED) + b"\r\nno length\r\n" if is_begun else b"no request\r\n\r\n"
    with connection(caller) as connected:
        connected.sendall(whole(caller, body(10 + is_begun).encode()) + behind)
        assert answer(connected).status == 200
        assert is_closed(connected)
