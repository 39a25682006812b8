"""Recurring work is done at once where there is news, and soon again where it failed."""

import asyncio
from contextlib import suppress

import pytest

from application.ports import StorageUnavailableError
from application.recurring import every
from tests.waiting import until

FOR_EVER = 3_600.0


class Work:
    """Work that fails so often, and lets itself be waited for."""

    def __init__(self, failures: int = 0) -> None:
        self.done = 0
        self._failures = failures

    def __call__(self) -> None:
        if self._failures > 0:
            self._failures -= 1
            raise StorageUnavailableError("away")
        self.done += 1

    async def is_done(self, times: int) -> None:
        await asyncio.to_thread(until, lambda: self.done >= times)


async def news_comes() -> None:
    work, news = Work(), asyncio.Event()
    task = asyncio.create_task(every(FOR_EVER, work, news))
    for times in (1, 2, 3):
        await work.is_done(times)
        news.set()
    await ended(task)


async def it_failed() -> None:
    work = Work(failures=2)
    task = asyncio.create_task(every(FOR_EVER, work, asyncio.Event()))
    await work.is_done(1)
    await ended(task)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_news_is_dealt_with_at_once() -> None:
    asyncio.run(news_comes())


def test_what_failed_is_tried_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.recurring._RETRY_SECONDS", 0.01)
    asyncio.run(it_failed())
