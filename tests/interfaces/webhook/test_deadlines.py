"""Whoever waits past its deadline is stopped there; nobody else is."""

import asyncio
from time import monotonic

import pytest

from interfaces.webhook.deadlines import Deadlines

SOON, NEVER = 0.01, 60.0


async def waited(deadlines: Deadlines, seconds: float, wait: float) -> str:
    with deadlines.until(monotonic() + seconds):
        await asyncio.sleep(wait)
    return "done"


async def outcomes(*waits: tuple[float, float]) -> list[str]:
    deadlines = Deadlines()
    tasks = [waited(deadlines, seconds, wait) for seconds, wait in waits]
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    return [answer if isinstance(answer, str) else type(answer).__name__ for answer in answers]


def test_who_waits_too_long_is_stopped_and_the_others_are_not() -> None:
    given = (SOON, NEVER), (SOON, NEVER), (NEVER, SOON), (NEVER, 0)
    assert asyncio.run(outcomes(*given)) == ["TimeoutError", "TimeoutError", "done", "done"]


def test_another_loop_has_its_deadlines_looked_after_too() -> None:
    deadlines = Deadlines()
    asyncio.run(waited(deadlines, NEVER, 0))
    with pytest.raises(TimeoutError):
        asyncio.run(waited(deadlines, SOON, NEVER))


def test_who_is_cancelled_in_the_same_moment_is_cancelled() -> None:
    async def cancelled() -> None:
        deadlines = Deadlines()
        deadline = deadlines.until(monotonic() + NEVER)

        async def waiting() -> None:
            with deadline:
                await asyncio.sleep(NEVER)

        task = asyncio.create_task(waiting())
        await asyncio.sleep(0)
        deadline.expire()
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_who_is_cancelled_by_another_is_cancelled() -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(waited(Deadlines(), NEVER, NEVER))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_an_error_of_the_work_itself_is_told_as_it_is() -> None:
    async def failing() -> None:
        with Deadlines().until(asyncio.get_running_loop().time() + NEVER):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asyncio.run(failing())
