"""What the API's reading handlers work with, and the threads in which they read."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Final, TypeVar

from litestar import Request

from application.ports import StorageUnavailableError
from application.questions import Questions

READING: Final = "reading"
"""Under this name the application's state holds what reads."""

MOST_AT_ONCE: Final = 4
"""Reads of one process; each has a connection, and others wait for their turn."""

ANSWER_SECONDS: Final = 5

Read = TypeVar("Read")


class ReadUnavailableError(Exception):
    """The database is away, or too much is asked of it to answer in time."""


class Reading:
    """The questions that programs ask; none of them holds up the loop that takes webhooks."""

    def __init__(self, questions: Questions, now: Callable[[], datetime]) -> None:
        self.ask = questions
        self.now = now
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "reading")

    async def read(self, question: Callable[[], Read]) -> Read:
        """Read in a thread. Raises what the question does, and `ReadUnavailableError`."""
        answering = asyncio.get_running_loop().run_in_executor(self._threads, question)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await answering
        except (StorageUnavailableError, TimeoutError) as error:
            raise ReadUnavailableError from error


def reading(request: Request[Any, Any, Any]) -> Reading:
    """Return what reads for the request's application."""
    found: Reading = request.app.state[READING]
    return found
