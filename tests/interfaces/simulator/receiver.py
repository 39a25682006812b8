"""A small real HTTP server that answers by script and remembers what it was sent."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeAlias

KEYS = "accessKey=an-access-key&signingKey=a+signing/key="
SECRETS = ("an-access-key", "a+signing/key=")


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b"null"
    verdict: str = "recorded"


Script: TypeAlias = Callable[[Received, int], Reply]
"""Answers a request; the number says how many came before it."""


@dataclass
class Receiver:
    script: Script
    url: str = ""
    received: list[Received] = field(default_factory=list)
    turns: list[tuple[str, bytes]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def notifications(self) -> list[bytes]:
        return [request.body for request in self.received if request.body]

    def answer(self, request: Received) -> Reply:
        with self.lock:
            number = len(self.received)
            self.received.append(request)
            self.turns.append(("asked", request.body))
        reply = self.script(request, number)
        with self.lock:
            self.turns.append(("answered", request.body))
        return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing where a sender hung up: its own outcome tells of that."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def receiving(script: Script) -> Iterator[Receiver]:
    receiver = Receiver(script)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = receiver.answer(Received(self.path, headers, body))
            self.send_response(reply.status)
            self.send_header("Worktrail-Verdict", reply.verdict)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Print nothing."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        path = "/v1/Clients/6d0d9a3e-1111-4222-8333-944455566677/ServiceChannelWorkOrders"
        receiver.url = f"http://127.0.0.1:{server.server_port}{path}?{KEYS}"
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def always_recorded(request: Received, number: int) -> Reply:
    del request, number
    return Reply()
