"""What the API's handlers work with."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from litestar import Request

from application.activities import activity_entry
from application.entries import ActivityCommand, Outcome
from application.journal import Journal
from application.ports import Links
from interfaces.api.authorization import Authorized

DESK: Final = "desk"
"""Under this name the application's state holds the desk."""

_ANSWER_SECONDS: Final = 4.0


class Desk:
    """The use cases behind the API; what they write goes through the process's one journal."""

    def __init__(
        self,
        journal: Journal,
        links: Links,
        now: Callable[[], datetime],
    ) -> None:
        self.links = links
        self._journal = journal
        self._now = now

    async def give(
        self, authorized: Authorized, work_order_id: int, command: ActivityCommand
    ) -> Outcome:
        """Have a command carried out. Raises what it is refused for, and `TimeoutError`."""
        entry = activity_entry(
            authorized.client, work_order_id, command, authorized.actor, self._now()
        )
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await self._journal.record(entry)


def desk(request: Request[Any, Any, Any]) -> Desk:
    """Return the desk of the request's application."""
    found: Desk = request.app.state[DESK]
    return found
