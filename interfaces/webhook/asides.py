"""Deliveries that are set aside wait for each other, and no longer than a second or so."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Final

from application.journal import JournalFullError

_AT_ONCE: Final = 1
"""Each takes several times its body."""

_LONGEST_WAIT_SECONDS: Final = 1.0
_FIRST_GUESS_SECONDS: Final = 0.005
_LEARNING: Final = 1 / 8

_log = logging.getLogger(__name__)


class Asides:
    """Puts deliveries on record beside the journal, one after the other; used by one loop."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(_AT_ONCE, "aside")
        self._waiting: dict[object, float] = {}
        self._seconds_each = _FIRST_GUESS_SECONDS

    async def keep(self, act: Callable[[], object]) -> None:
        """Do this behind those that wait, and return when it is done.

        It is done also when its caller is cancelled, whose room for the body is free by then: a
        second's worth of bodies comes on top of that. Raises `JournalFullError` at once where it
        would wait too long, be it that there are too many or that the first takes too long, and
        whatever `act` raises.
        """
        now = monotonic()
        since = [*self._waiting.values(), now]
        wait = max(now - since[0], len(self._waiting) * self._seconds_each)
        if wait > _LONGEST_WAIT_SECONDS:
            raise JournalFullError
        place = object()
        self._waiting[place] = now
        future = self._thread.submit(self._timed, act)
        # Not when its request ends, which may be sooner.
        future.add_done_callback(lambda _: self._waiting.pop(place))
        kept = asyncio.wrap_future(future)
        try:
            await asyncio.shield(kept)
        except asyncio.CancelledError:
            kept.add_done_callback(_tell_of_failure)
            raise
        finally:
            # Or a failure would be held by this frame and hold it, and so the body, until the
            # collector comes round.
            del kept, future

    def _timed(self, act: Callable[[], object]) -> None:
        began = monotonic()
        try:
            act()
        finally:
            took = monotonic() - began
            self._seconds_each += (took - self._seconds_each) * _LEARNING


def _tell_of_failure(kept: asyncio.Future[None]) -> None:
    if not kept.cancelled() and (failure := kept.exception()):
        _log.error("What nobody waited for any more was not put on record: %r", failure)
