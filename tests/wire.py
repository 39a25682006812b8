"""A line to the database server that a test can cut, or lose a commit on."""

import re
import socket
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from enum import Enum
from functools import partial
from math import inf
from threading import Event, Thread
from typing import Final, Self

from psycopg.conninfo import conninfo_to_dict, make_conninfo

# As the statement stands in the protocol, and as the server names it when it is done.
_COMMIT: Final = b"COMMIT\0"

# A statement that is used often is prepared under a name, and from then on sent by that alone.
_PREPARED_COMMIT: Final = re.compile(rb"P.{4}([^\0]+)\0COMMIT\0", re.DOTALL)

# How an answer ends, but for the state of the transaction: a message that the next one may follow.
_READY: Final = b"Z\0\0\0\5"


class Fate(Enum):
    """What becomes of a COMMIT on the line."""

    PASSED = "the request and its answer pass"
    REQUEST_LOST = "the connection breaks before the request reaches the server"
    ANSWER_LOST = "the server commits, and the connection breaks before its answer arrives"
    ANSWER_LOST_FOR_GOOD = "the server commits, and the line is cut before its answer arrives"
    ANSWER_GARBLED = "the server commits, and what arrives of its answer is no answer"
    LAST = "the request and its answer pass, then the line is cut"


class Wire:
    """Forwards connections on `url` to the server behind the given one."""

    def __init__(self, server_url: str) -> None:
        self._server = conninfo_to_dict(server_url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        host, port = self._listener.getsockname()
        self.url = make_conninfo(
            server_url, host=host, port=port, sslmode="disable", gssencmode="disable"
        )
        self._fates: deque[Fate] = deque()
        self._ends: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._is_cut = False
        self._is_silent = False
        self._torn_from: int | None = None
        self._delay_seconds = self._seconds_a_byte = 0.0
        self._ending = Event()
        self.refused = 0
        self.torn = 0

    @contextmanager
    def forwarding(self) -> Generator[Self]:
        """Forward for the length of a block."""
        self._run(self._accept)
        try:
            yield self
        finally:
            self._ending.set()
            self.cut()
            _hang_up(self._listener)
            for thread in self._threads:
                thread.join(5)
            assert not any(thread.is_alive() for thread in self._threads)

    def commits_meet(self, *fates: Fate) -> None:
        """Let the next COMMITs meet these fates, in order; those after them pass."""
        self._fates.extend(fates)

    @property
    def fates_to_come(self) -> int:
        """How many of the fates no COMMIT has met yet."""
        return len(self._fates)

    def tear_a_request(self, longer_than: int) -> None:
        """Let the server get half of the next request of so many bytes, and hang up then."""
        self._torn_from = longer_than

    def slow_down(self, delay_seconds: float, bytes_a_second: float = inf) -> None:
        """Pass each answer on so much later, and requests no faster: a slow or far server."""
        self._delay_seconds, self._seconds_a_byte = delay_seconds, 1 / bytes_a_second

    def cut(self) -> None:
        """Break every connection, and every new one, until the line is mended."""
        self._is_cut = True
        for end in self._ends:
            _hang_up(end)

    def fall_silent(self) -> None:
        """Take everything and deliver nothing, until the line is mended."""
        self._is_silent = True

    def mend(self) -> None:
        """Let new connections through again."""
        self._is_cut = self._is_silent = False

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if self._is_cut:
                self.refused += 1
                client.close()
                continue
            try:
                server = self._dial()
            except OSError:
                client.close()
                continue
            self._ends += [client, server]
            met: deque[Fate] = deque()
            self._run(partial(self._forward_requests, client, server, met))
            self._run(partial(self._forward_answers, server, client, met))

    def _dial(self) -> socket.socket:
        host, port = str(self._server.get("host", "localhost")), self._server.get("port", 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, int(str(port))))
        server = socket.socket(socket.AF_UNIX)
        try:
            server.connect(f"{host}/.s.PGSQL.{port}")
        except OSError:
            server.close()
            raise
        return server

    def _forward_requests(
        self, client: socket.socket, server: socket.socket, met: deque[Fate]
    ) -> None:
        names: list[bytes] = []
        while data := _receive(client):
            if _is_commit(data, names):
                met.append(self._fates.popleft() if self._fates else Fate.PASSED)
                if met[-1] is Fate.REQUEST_LOST:
                    break
            if self._torn_from is not None and len(data) > self._torn_from:
                self._torn_from = None
                self.torn += 1
                _send(server, data[: len(data) // 2])
                break
            if self._seconds_a_byte:
                self._ending.wait(len(data) * self._seconds_a_byte)
            if not self._is_silent:
                _send(server, data)
        _hang_up(client)
        _hang_up(server)

    def _forward_answers(
        self, server: socket.socket, client: socket.socket, met: deque[Fate]
    ) -> None:
        while data := _receive(server):
            if self._delay_seconds and data[-6:-1] == _READY:
                self._ending.wait(self._delay_seconds)
            fate = met.popleft() if _COMMIT in data and met else Fate.PASSED
            if fate in {Fate.LAST, Fate.ANSWER_LOST_FOR_GOOD}:
                self._is_cut = True
            if fate in {Fate.ANSWER_LOST, Fate.ANSWER_LOST_FOR_GOOD}:
                break
            if fate is Fate.ANSWER_GARBLED:
                _send(client, b"\xff" * len(data))
                break
            if not self._is_silent:
                _send(client, data)
            if fate is Fate.LAST:
                break
        _hang_up(client)
        _hang_up(server)

    def _run(self, work: Callable[[], None]) -> None:
        thread = Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()


def _is_commit(data: bytes, names: list[bytes]) -> bool:
    """Say whether this commits; `names` are those under which the connection has prepared it."""
    prepared = _PREPARED_COMMIT.search(data)
    if prepared:
        names.append(prepared[1])
        return False
    return _COMMIT in data or any(b"\0" + name + b"\0" in data for name in names)


def _receive(end: socket.socket) -> bytes:
    try:
        return end.recv(1 << 16)
    except OSError:
        return b""


def _send(end: socket.socket, data: bytes) -> None:
    with suppress(OSError):
        end.sendall(data)


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
