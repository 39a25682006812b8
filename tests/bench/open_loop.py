"""An open loop: each webhook is due at its own moment, whatever became of those before it.

Latency counts from the moment it was due, so an answer that comes late makes the ones behind it
late too and nothing is left out. Runs as a process of its own: an `Order` comes on standard input,
an `Outcome` goes to standard output.
"""

import asyncio
import gc
import random
import sys
from array import array
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tests.bench import webhook
from tests.bench.arithmetic import percentile
from tests.bench.connection import Connection

CONNECTIONS: Final = 64
_DRAIN_SECONDS: Final = 15.0
_PAUSE_SECONDS: Final = 0.1
_SLOW_MS: Final = 25.0


class Order(msgspec.Struct, frozen=True):
    """What to send: where to, how many a second, for how long."""

    url: str
    rate: int
    seconds: int


class Outcome(msgspec.Struct, frozen=True):
    """What became of it, in milliseconds.

    `sent_late_p99_ms` is what the sender itself added. `slow_until_ms` is when the last webhook was
    due that took longer than 25 ms, from the beginning on.
    """

    sent: int
    failed: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    sent_late_p99_ms: float
    slow_until_ms: float


class Sender:
    """Sends on schedule over a fixed number of connections, and keeps every latency."""

    def __init__(self, order: Order) -> None:
        self._order = order
        target = urlsplit(order.url)
        self._host, self._port = target.hostname or "", target.port or 80
        self._head = (
            f"POST {target.path}?{target.query} HTTP/1.1\r\nHost: {target.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(webhook.template())}\r\n\r\n"
        ).encode()
        self._bodies = webhook.Bodies(webhook.new_run())
        self._idle: deque[Connection] = deque()
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._latencies = array("d")
        self._lateness = array("d")
        self._failed = 0
        self._begun = 0.0
        self._slow_until = 0.0
        self._total = order.rate * order.seconds
        self._complete = asyncio.Event()
        self._over = False

    async def run(self) -> Outcome:
        """Send everything, wait for the answers, and say what became of it."""
        for _ in range(CONNECTIONS):
            await self._connect()
        self._begun = monotonic() + 0.1
        for number in range(self._total):
            due = self._begun + number / self._order.rate
            await asyncio.sleep(max(0.0, due - monotonic()))
            self._send(number, due)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._complete.wait(), _DRAIN_SECONDS)
        self._over = True
        return self._outcome()

    def free(self, connection: Connection) -> None:
        """Use the connection for what waits, or keep it for what comes."""
        if self._waiting:
            connection.send(*self._waiting.popleft())
        else:
            self._idle.append(connection)

    def answered(self, due: float, *, accepted: bool) -> None:
        """Count an answer, or that there will be none."""
        latency = (monotonic() - due) * 1_000
        self._latencies.append(latency)
        if latency > _SLOW_MS or not accepted:
            self._slow_until = max(self._slow_until, due - self._begun)
        self._failed += not accepted
        if len(self._latencies) == self._total:
            self._complete.set()

    def lost(self, connection: Connection) -> None:
        """Open another connection in this one's place."""
        if connection in self._idle:
            self._idle.remove(connection)
        if not self._over:
            task = asyncio.ensure_future(self._connect())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    def _send(self, number: int, due: float) -> None:
        work_order_id = webhook.LOWEST_WORK_ORDER + random.randrange(webhook.WORK_ORDERS)
        request = self._head + self._bodies.body(work_order_id, number)
        if self._idle:
            self._lateness.append((monotonic() - due) * 1_000)
            self._idle.popleft().send(request, due)
        else:
            self._waiting.append((request, due))

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._over:
            try:
                await loop.create_connection(lambda: Connection(self), self._host, self._port)
            except OSError:
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return

    def _outcome(self) -> Outcome:
        unanswered = self._total - len(self._latencies)
        if unanswered:
            self._slow_until = float(self._order.seconds)
        ordered = sorted(self._latencies) + [_DRAIN_SECONDS * 1_000] * unanswered
        return Outcome(
            sent=self._total,
            failed=self._failed + unanswered,
            p50_ms=percentile(ordered, 50),
            p99_ms=percentile(ordered, 99),
            longest_ms=ordered[-1],
            sent_late_p99_ms=percentile(sorted(self._lateness) or [0.0], 99),
            slow_until_ms=self._slow_until * 1_000,
        )


def main() -> None:
    """Carry out the order that standard input brings."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    gc.freeze()
    gc.disable()
    outcome = asyncio.run(Sender(order).run())
    sys.stdout.buffer.write(msgspec.json.encode(outcome))


if __name__ == "__main__":
    main()
