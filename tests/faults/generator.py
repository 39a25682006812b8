"""Senders that go on through every fault: the same body again until it is acknowledged."""

import http.client
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from threading import Event, Thread
from typing import Final
from urllib.parse import urlencode

from tests.faults.ledger import Answer, Delivery, Ledger

_ANSWER_SECONDS: Final = 5.0
"""As long as ServiceChannel waits."""

_SENDERS: Final = 10
_PACE_SECONDS: Final = 0.04
_RETRY_SECONDS: Final = 0.2
_FORGOTTEN: Final = 0.02
_SENT_AGAIN: Final = 0.1
_SET_ASIDE: Final = 0.05
_DRAIN_SECONDS: Final = 40.0


class Generator:
    """Sends distinct bodies to several nodes and keeps the ledger."""

    def __init__(
        self, ports: Mapping[str, int], path: str, keys: Mapping[str, str], seed: int
    ) -> None:
        self.ledger = Ledger()
        self._ports = ports
        self._target = f"{path}?{urlencode(keys)}"
        self._stopping = Event()
        self._threads = [
            Thread(target=self._send_on, args=(Random(seed * 1_000 + it),), daemon=True)
            for it in range(_SENDERS)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> int:
        """Begin nothing new, finish what was begun, and return how many senders could not."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_DRAIN_SECONDS)
        return sum(thread.is_alive() for thread in self._threads)

    def deliver(self, delivery: Delivery, random: Random, first: str | None = None) -> None:
        """Send until acknowledged; fail where that takes far too long."""
        lines = _Lines(self._ports)
        try:
            for _ in range(150):
                node = first or random.choice(list(self._ports))
                if self._send(lines, delivery, node):
                    return
                first = None
                Event().wait(_RETRY_SECONDS)
        finally:
            lines.close()
        raise AssertionError("a delivery was not acknowledged after 150 sendings")

    def _send_on(self, random: Random) -> None:
        lines = _Lines(self._ports)
        while not self._stopping.wait(random.random() * 2 * _PACE_SECONDS):
            if random.random() < _SET_ASIDE:
                delivery = self.ledger.new_aside()
            else:
                delivery = self.ledger.new_delivery(random)
            while not self._send(lines, delivery, random.choice(list(self._ports))):
                if random.random() < _FORGOTTEN:
                    break
                Event().wait(_RETRY_SECONDS)
            if random.random() < _SENT_AGAIN:
                self._send(lines, delivery, random.choice(list(self._ports)))
            delivery.body = b""
        lines.close()

    def _send(self, lines: "_Lines", delivery: Delivery, node: str) -> bool:
        self.ledger.sending(delivery)
        answer = lines.post(node, self._target, delivery.body)
        if answer is not None:
            self.ledger.answered(delivery, node, answer)
        return answer is not None and answer.status == 200


class _Lines:
    """One sender's connections, a fresh one after every failure."""

    def __init__(self, ports: Mapping[str, int]) -> None:
        self._ports = ports
        self._open: dict[str, http.client.HTTPConnection] = {}

    def post(self, node: str, target: str, body: bytes) -> Answer | None:
        """Return the answer; `None` where none came."""
        line = self._open.get(node)
        if line is None:
            port = self._ports[node]
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_SECONDS)
            self._open[node] = line
        try:
            line.request("POST", target, body, {"Content-Type": "application/json"})
            got = line.getresponse()
            text = got.read()
        except (OSError, http.client.HTTPException):
            line.close()
            del self._open[node]
            return None
        if got.status != 200:
            return Answer(got.status)
        activity_id = int(text) if text.isdigit() else None
        return Answer(got.status, got.headers["worktrail-verdict"], activity_id)

    def close(self) -> None:
        """Close what is open."""
        for line in self._open.values():
            with suppress(OSError):
                line.close()
