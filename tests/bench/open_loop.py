"""An open loop: each webhook is due at its own moment, whatever became of those before it.

Latency counts from the moment it was due, and nothing waits for anything: where no connection is
free a new one is opened. Runs as a process of its own: an `Order` comes on standard input, an
`Account` goes to standard output. SIGTERM ends the schedule early.
"""

import asyncio
import gc
import hashlib
import random
import resource
import signal
import sys
from collections.abc import Sequence
from time import monotonic
from typing import Final
from urllib.parse import urlsplit

import msgspec

from tests.bench import webhook
from tests.bench.connection import Connection, Sending
from tests.bench.endings import Ending
from tests.bench.phases import Outcome, Phase, Tally

CONNECTIONS: Final = 64
"""Open from the beginning on."""

PATIENCE_SECONDS: Final = 5.0
"""As long as ServiceChannel waits."""

NORMAL_MS: Final = 25.0


class Order(msgspec.Struct, frozen=True):
    """What to send: where to, and how many a second for how long, phase after phase.

    What takes longer than `normal_ms`, or is not acknowledged, is not as it should be.
    """

    url: str
    phases: Sequence[Phase]
    normal_ms: float = NORMAL_MS


class Account(msgspec.Struct, frozen=True):
    """What became of each phase, and the digests of all bodies that were acknowledged."""

    outcomes: list[Outcome]
    acknowledged: list[bytes]


class Sender:
    """Sends on schedule, and keeps account of every end."""

    def __init__(self, order: Order) -> None:
        target = urlsplit(order.url)
        self._host, self._port = target.hostname or "", target.port or 80
        self._head = (
            f"POST {target.path}?{target.query} HTTP/1.1\r\nHost: {target.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(webhook.template())}\r\n\r\n"
        ).encode()
        self._bodies = webhook.Bodies(webhook.new_run())
        self._idle: list[Connection] = []
        self._opening: set[asyncio.Task[None]] = set()
        self._tallies = [Tally(phase, order.normal_ms) for phase in order.phases]
        self._acknowledged: list[bytes] = []
        # One for the schedule itself: as long as it goes on, there is more to come.
        self._open_ends = 1
        self._stopped = False
        self._complete = asyncio.Event()

    async def run(self) -> Account:
        """Send everything, wait for every end, and say what became of it."""
        await asyncio.gather(*(self._keep_one_ready() for _ in range(CONNECTIONS)))
        await self._keep_to_schedule()
        self._one_ended()
        await self._complete.wait()
        for connection in self._idle:
            connection.close()
        await asyncio.sleep(0)
        begun = [tally for tally in self._tallies if tally.lateness_ms]
        return Account([tally.outcome() for tally in begun], self._acknowledged)

    def stop(self) -> None:
        """Send nothing more, as though the schedule ended here."""
        self._stopped = True

    def free(self, connection: Connection) -> None:
        """Keep the connection for what comes."""
        self._idle.append(connection)

    def ended(self, sending: Sending, ending: Ending) -> None:
        """Count an end."""
        self._tallies[sending.phase].count(sending.due, ending)
        if ending is Ending.ACKNOWLEDGED:
            self._acknowledged.append(sending.digest)
        self._one_ended()

    def lost(self, connection: Connection) -> None:
        """Use the connection no more."""
        if connection in self._idle:
            self._idle.remove(connection)

    async def _keep_to_schedule(self) -> None:
        begun, number = monotonic() + 0.1, 0
        for place, tally in enumerate(self._tallies):
            tally.begun = begun
            for _ in range(tally.phase.number):
                due = begun + len(tally.lateness_ms) / tally.phase.rate
                await asyncio.sleep(max(0.0, due - monotonic()))
                if self._stopped:
                    return
                self._send(self._sending(number, due, place))
                tally.lateness_ms.append((monotonic() - due) * 1_000)
                number += 1
            begun += tally.phase.seconds

    def _one_ended(self) -> None:
        self._open_ends -= 1
        if self._open_ends == 0:
            self._complete.set()

    def _sending(self, number: int, due: float, phase: int) -> Sending:
        work_order_id = webhook.LOWEST_WORK_ORDER + random.randrange(webhook.WORK_ORDERS)
        body = self._bodies.body(work_order_id, number)
        return Sending(self._head + body, hashlib.sha256(body).digest(), due, phase)

    def _send(self, sending: Sending) -> None:
        self._open_ends += 1
        deadline = sending.due + PATIENCE_SECONDS
        if self._idle:
            self._idle.pop().send(sending, deadline)
            return
        task = asyncio.ensure_future(self._send_anew(sending, deadline))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _send_anew(self, sending: Sending, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                connection = await self._connect()
        except TimeoutError:
            self.ended(sending, Ending.UNANSWERED)
        except OSError:
            self.ended(sending, Ending.REFUSED)
        else:
            connection.send(sending, deadline)

    async def _keep_one_ready(self) -> None:
        self._idle.append(await self._connect())

    async def _connect(self) -> Connection:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            lambda: Connection(self), self._host, self._port
        )
        return connection


async def _carry_out(order: Order) -> Account:
    sender = Sender(order)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, sender.stop)
    return await sender.run()


def main() -> None:
    """Carry out the order that standard input brings."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    gc.freeze()
    gc.disable()
    account = asyncio.run(_carry_out(order))
    sys.stdout.buffer.write(msgspec.json.encode(account))


if __name__ == "__main__":
    main()
