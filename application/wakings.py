"""Waking all the readers of the change feed of one process, by one listener."""

import asyncio
import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from application.ports import StorageUnavailableError
from application.query_ports import TimelineMoves
from domain.errors import WorktrailError

_log = logging.getLogger(__name__)

LISTENER: Final = "timeline-listener"
"""The name of the thread that listens."""

MOST_READERS: Final = 500
"""Of one process; each holds a page of the feed at the most."""

_POLL_SECONDS: Final = 1.0
"""An announcement may get lost, so nobody only waits for one."""

_PAUSE_SECONDS: Final = 0.02
"""Between two wakings: what moves meanwhile is read in one go."""

_PAUSE_OF_EACH: Final = 0.002
"""So much longer for each reader: all together ask no more than 500 times a second."""

_RETRY_SECONDS: Final = 1.0


class TooManyReadersError(WorktrailError):
    """As many read the feed without an end as one process serves."""

    def __init__(self) -> None:
        super().__init__(
            "Too many read the feed without an end: please come back, or ask by pages."
        )


class Wakings:
    """Keeps one listener for as long as anybody reads, and tells how far the timeline is."""

    def __init__(self, moves: TimelineMoves) -> None:
        self._moves = moves
        self._readers = 0
        self._position = 0
        self._moved = asyncio.Event()
        self._nobody_reads = threading.Event()

    def check_room(self) -> None:
        """Raise `TooManyReadersError` where there is no room for another reader."""
        if self._readers >= MOST_READERS:
            raise TooManyReadersError

    @contextmanager
    def reading(self) -> Generator[None]:
        """Be one of the readers for the length of a block."""
        self._readers += 1
        if self._readers == 1:
            self._begin()
        try:
            yield
        finally:
            self._readers -= 1
            if self._readers == 0:
                self._nobody_reads.set()

    async def wait_beyond(self, position: int, seconds: float) -> bool:
        """Wait until the timeline is beyond a position, at most so long; say whether it is."""
        try:
            async with asyncio.timeout(seconds):
                while self._position <= position:
                    await self._moved.wait()
        except TimeoutError:
            return False
        return True

    def _begin(self) -> None:
        self._nobody_reads = threading.Event()
        self._position = 0
        listener = threading.Thread(
            target=self._listen,
            args=(asyncio.get_running_loop(), self._nobody_reads),
            name=LISTENER,
            daemon=True,
        )
        listener.start()

    def _listen(self, loop: asyncio.AbstractEventLoop, enough: threading.Event) -> None:
        while not enough.is_set():
            try:
                with self._moves.listening() as wait:
                    self._tell(loop, enough, wait(0))
                    while not enough.wait(_PAUSE_SECONDS + self._readers * _PAUSE_OF_EACH):
                        self._tell(loop, enough, wait(_POLL_SECONDS))
            except StorageUnavailableError as error:
                _log.warning("The timeline cannot be listened to: %s", error)
                enough.wait(_RETRY_SECONDS)
            except Exception:  # noqa: BLE001 - logged, and tried again
                # Without it everybody would be told of news only with the signs of life.
                _log.exception("The timeline cannot be listened to")
                enough.wait(_RETRY_SECONDS)

    def _tell(
        self, loop: asyncio.AbstractEventLoop, enough: threading.Event, position: int
    ) -> None:
        try:
            loop.call_soon_threadsafe(self._wake, enough, position)
        except RuntimeError:
            # The loop has ended, and with it every reader.
            enough.set()

    def _wake(self, enough: threading.Event, position: int) -> None:
        # It is lower only after a fall of the database's, where the last moves are made again.
        if enough.is_set() or position == self._position:
            return
        self._position = position
        self._moved.set()
        self._moved = asyncio.Event()
