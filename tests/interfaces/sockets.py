"""Requests byte by byte, as no well-behaved library would send them."""

import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib.parse import urlencode

from msgspec import Struct

from tests.callers import Caller


class Answer(Struct, frozen=True):
    """A whole answer; its headers' names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def target(caller: Caller) -> bytes:
    """Return path and query of a client's webhook."""
    return f"{caller.path}?{urlencode(caller.query)}".encode()


def head(caller: Caller, *headers: bytes, method: bytes = b"POST") -> bytes:
    """Return the head of a JSON webhook with further header lines, without its empty line."""
    line = method + b" " + target(caller) + b" HTTP/1.1"
    return b"\r\n".join([line, b"Host: x", b"Content-Type: application/json", *headers, b""])


def whole(caller: Caller, body: bytes, *headers: bytes) -> bytes:
    """Return a webhook with its right content length."""
    return head(caller, b"Content-Length: %d" % len(body), *headers) + b"\r\n" + body


@contextmanager
def connection(caller: Caller, seconds: float = 15.0) -> Generator[socket.socket]:
    """Connect to the service of a client; every wait ends after the seconds."""
    address = ("127.0.0.1", caller.service.port)
    with socket.create_connection(address, timeout=seconds) as connected:
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield connected


def answer(connected: socket.socket) -> Answer:
    """Read one answer."""
    read = HTTPResponse(connected)
    read.begin()
    body = read.read()
    headers = {name.lower(): value for name, value in read.getheaders()}
    read.close()
    return Answer(read.status, headers, body)


def ask(caller: Caller, request: bytes) -> Answer:
    """Send a request on a connection of its own and read its answer."""
    with connection(caller) as connected:
        connected.sendall(request)
        return answer(connected)


def is_closed(connected: socket.socket) -> bool:
    """Wait until the other side has closed the connection."""
    try:
        while connected.recv(65_536):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True
