"""Work that is done again and again while a process serves."""

import asyncio
import logging
from collections.abc import Callable

from application.ports import StorageUnavailableError

_log = logging.getLogger("worktrail")


async def every(seconds: float, work: Callable[[], None]) -> None:
    """Do the work in a thread, over and over, with a pause in between, whatever becomes of it."""
    reported = False
    while True:
        try:
            await asyncio.to_thread(work)
            reported = False
        except StorageUnavailableError as error:
            if not reported:
                _log.warning("The database is away: %s", error)
            reported = True
        except Exception:  # noqa: BLE001 - whatever it is, deliveries go on
            _log.exception("Work in the background failed and is tried again")
        await asyncio.sleep(seconds)
