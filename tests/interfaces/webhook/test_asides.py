"""What is set aside waits for no more than can be put on record in time."""

import asyncio
import threading
import time
from contextlib import suppress
from functools import partial

import pytest

from application.journal import JournalFullError
from interfaces.webhook.asides import Asides

SLOW_SECONDS = 0.1
MANY = 400
WAIT_SECONDS = 10


def test_of_many_at_once_as_many_are_taken_as_can_be_in_time_and_the_others_refused_at_once() -> (
    None
):
    async def play() -> None:
        asides, kept = Asides(), list[int]()
        for _ in range(5):
            await asides.keep(lambda: threading.Event().wait(SLOW_SECONDS))
        began, held = time.monotonic(), threading.Event()
        first = asyncio.create_task(asides.keep(held.wait))
        many = [
            asyncio.create_task(asides.keep(partial(kept.append, number))) for number in range(MANY)
        ]
        await asyncio.sleep(0)
        held.set()
        await first
        outcomes = await asyncio.gather(*many, return_exceptions=True)
        assert time.monotonic() - began < 1
        refused = [number for number, outcome in enumerate(outcomes) if outcome is not None]
        assert {type(outcomes[number]) for number in refused} == {JournalFullError}
        assert kept == list(range(MANY - len(refused)))
        assert 0 < len(kept) < MANY / 4

    asyncio.run(play())


def test_behind_one_that_takes_too_long_others_are_refused_until_it_is_done() -> None:
    async def refused_at_last(asides: Asides) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(asides.keep(int), 0.05)

    async def kept_at_last(asides: Asides) -> None:
        while True:
            with suppress(JournalFullError):
                return await asides.keep(int)
            await asyncio.sleep(0)

    async def play() -> None:
        asides, goes_on = Asides(), threading.Event()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asides.keep(goes_on.wait), 0.05)
        with pytest.raises(JournalFullError):
            await asyncio.wait_for(refused_at_last(asides), WAIT_SECONDS)
        goes_on.set()
        await asyncio.wait_for(kept_at_last(asides), WAIT_SECONDS)

    asyncio.run(play())


def test_what_is_raised_is_raised_to_whoever_waits() -> None:
    def fail() -> None:
        raise LookupError

    async def play() -> None:
        asides = Asides()
        with pytest.raises(LookupError):
            await asides.keep(fail)
        await asides.keep(int)

    asyncio.run(play())


def test_what_waits_is_done_although_its_request_was_answered_before(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise LookupError("gone")

    async def play() -> None:
        asides, goes_on, kept = Asides(), threading.Event(), list[int]()
        waiting = [
            asyncio.create_task(asides.keep(act))
            for act in (goes_on.wait, partial(kept.append, 1), fail, partial(kept.append, 2))
        ]
        await asyncio.sleep(0)
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting)
        goes_on.set()
        await asides.keep(int)
        assert kept == [1, 2]

    asyncio.run(play())
    assert "not put on record: LookupError('gone')" in caplog.text
