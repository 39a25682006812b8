"""Work that is done again and again while a process serves."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from application.ports import StorageUnavailableError

_log = logging.getLogger("worktrail")

_SHORTEST_PAUSE_SECONDS: Final = 0.1
"""News that comes one after another is dealt with together."""

_RETRY_SECONDS: Final = 2.0


async def every(
    seconds: float, work: Callable[[], None], news: asyncio.Event | None = None
) -> None:
    """Do the work in a thread, over and over, with a pause in between, whatever becomes of it.

    Where there is `news` it is done at once, and soon again if it failed.
    """
    reported = False
    while True:
        if news is not None:
            news.clear()
        failed = True
        try:
            await asyncio.to_thread(work)
            failed = reported = False
        except StorageUnavailableError as error:
            if not reported:
                _log.warning("The database is away: %s", error)
            reported = True
        except Exception:  # noqa: BLE001 - whatever it is, deliveries go on
            _log.exception("Work in the background failed and is tried again")
        if news is None:
            await asyncio.sleep(seconds)
        elif failed:
            await asyncio.sleep(min(seconds, _RETRY_SECONDS))
        else:
            await _next(seconds, news)


async def _next(seconds: float, news: asyncio.Event) -> None:
    await asyncio.sleep(_SHORTEST_PAUSE_SECONDS)
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await news.wait()


@asynccontextmanager
async def beside(*works: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Do the works that have no end, for the length of a block."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
