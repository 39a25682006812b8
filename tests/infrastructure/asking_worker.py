"""A worker as far as its line to the journal's process goes."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, closing

from application.journal_ports import Told
from infrastructure.journal_line import JournalLine


class Worker:
    """A worker's loop, which does nothing but ask."""

    def __init__(self, address: str) -> None:
        self.line = JournalLine(address)
        self._runner = asyncio.Runner()

    def ask(self, message: bytes) -> bytes:
        """Return the answer to a message."""
        return self.told(message).answer

    def told(self, message: bytes) -> Told:
        """Return the answer, and how long it took."""
        return self._runner.run(self.line.ask(message))

    def notice(self) -> None:
        """Let the loop take note of what has become of the line."""

        async def turn() -> None:
            for _ in range(10):
                await asyncio.sleep(0)

        self._runner.run(turn())

    def break_off(self, message: bytes, when: Callable[[], object]) -> None:
        """Ask, and wait for the answer no longer than until then."""

        async def ask() -> None:
            asking = asyncio.create_task(self.line.ask(message))
            await asyncio.to_thread(when)
            asking.cancel()
            await asyncio.wait([asking])

        self._runner.run(ask())

    def hang_up(self) -> None:
        """Let go of the line."""
        self.line.close()
        self.notice()

    def close(self) -> None:
        """Hang up, and end the loop."""
        self.hang_up()
        self._runner.close()


def worker_of(address: str) -> AbstractContextManager[Worker]:
    """Lend a worker, for one thread at a time."""
    return closing(Worker(address))
