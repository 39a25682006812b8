"""Deadlines of many tasks that all have equally long: one timer looks after them together.

`asyncio.timeout` sets a timer for each and takes it back, which takes longer than deciding what a
webhook amounts to.
"""

import asyncio
from time import monotonic
from typing import Any, Final, Self

LOOK_SECONDS: Final = 0.05
"""So much later than its deadline a task may be stopped."""


class Deadlines:
    """Deadlines on one event loop at a time, each no earlier than those set before it."""

    def __init__(self) -> None:
        self.pending: dict[Deadline, None] = {}
        self.loop: asyncio.AbstractEventLoop | None = None

    def until(self, moment: float) -> "Deadline":
        """Return a context whose task is stopped with `TimeoutError` once this moment has passed.

        The moment is in the time of the monotonic clock, in seconds.
        """
        return Deadline(self, moment)

    def begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look after the deadlines of tasks on this loop, as long as some are pending."""
        # Those on another loop are looked after no more since that one ended.
        self.pending.clear()
        self.loop = loop
        loop.call_later(LOOK_SECONDS, self._look)

    def _look(self) -> None:
        now = monotonic()
        while self.pending and (first := next(iter(self.pending))).moment <= now:
            del self.pending[first]
            first.expire()
        if self.pending and self.loop is not None:
            self.loop.call_later(LOOK_SECONDS, self._look)
        else:
            self.loop = None


class Deadline:
    """The deadline of the task that enters it."""

    __slots__ = ("_deadlines", "_is_over", "_task", "moment")

    def __init__(self, deadlines: Deadlines, moment: float) -> None:
        self._deadlines = deadlines
        self._is_over = False
        self._task: asyncio.Task[Any] | None = None
        self.moment = moment

    def expire(self) -> None:
        """Stop the task where it waits."""
        self._is_over = True
        if self._task is not None:
            self._task.cancel()

    def __enter__(self) -> Self:
        self._task = task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can have a deadline")
        deadlines, loop = self._deadlines, task.get_loop()
        if deadlines.loop is not loop:
            deadlines.begin(loop)
        deadlines.pending[self] = None
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        task, self._task = self._task, None
        if not self._is_over:
            self._deadlines.pending.pop(self, None)
        elif task is not None and task.uncancel() == 0 and kind is asyncio.CancelledError:
            raise TimeoutError
