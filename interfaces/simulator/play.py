"""A whole play: one process or several, stopped by Ctrl-C."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from msgspec import structs

from interfaces.simulator.outcome import Outcome
from interfaces.simulator.schedule import Plan, timeline
from interfaces.simulator.sender import Terms, send
from interfaces.simulator.workers import send_in_workers


def play(plan: Plan, terms: Terms, workers: int, report: Callable[[Outcome], None]) -> bool:
    """Send everything, and report each delivery's outcome; returns whether Ctrl-C cut it short.

    Must be called in the main thread. The first Ctrl-C waits for what is in flight, a second one
    raises `KeyboardInterrupt`. Raises `SimulationError` where a worker process ends before its
    share is sent.
    """
    with _interruptible() as interrupted:
        if workers == 1:
            asyncio.run(send(timeline(plan), terms, report, interrupted))
        else:
            share = structs.replace(terms, rate=terms.rate and terms.rate / workers)
            send_in_workers(plan, share, workers, report, interrupted)
        return interrupted()


@contextmanager
def _interruptible() -> Iterator[Callable[[], bool]]:
    interruption = Event()

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        interruption.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interruption.is_set
    finally:
        signal.signal(signal.SIGINT, before)
