"""A process of our own that is kept running beside this one, and ends with it."""

import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Event, Thread
from time import monotonic
from typing import Final

from infrastructure.orphans import end_with_parent

_log = logging.getLogger("worktrail")

_SHORTEST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 2.0
_WELL_AFTER_SECONDS: Final = 2.0
"""Whatever ran for so long did not fail at its start, so the next pause is short again."""
_STOP_SECONDS: Final = 5
_NICENESS: Final = 10


@contextmanager
def kept_running(
    work: Callable[[Event], None], name: str, *, gives_way: bool = False
) -> Generator[None]:
    """Run the work in a process of its own for the length of a block, again whenever it ends.

    The work is handed an event that is set when it is to end; it goes to the process by pickle.
    Where processors are few, one that gives way comes after whoever takes deliveries.
    """
    stopping = Event()
    waker, woken = multiprocessing.Pipe()
    kept = partial(_run, work, gives_way)
    keeper = Thread(target=_keep, args=(kept, name, stopping, woken), name=name, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        waker.send(None)
        keeper.join()
        waker.close()
        woken.close()


def _keep(run: Callable[[], None], name: str, stopping: Event, woken: Connection) -> None:
    context = multiprocessing.get_context("spawn")
    pause = _SHORTEST_PAUSE
    while not stopping.is_set():
        process = context.Process(target=run, name=name)
        began = monotonic()
        try:
            process.start()
        except OSError as error:
            # Such as that no more files may be open, which passes.
            _log.error("The %s cannot be started, which is tried again: %s", name, error)
            stopping.wait(pause)
            continue
        wait([process.sentinel, woken])
        if not stopping.is_set():
            process.join()
            _log.error("The %s ended with code %s; it is started again", name, process.exitcode)
            if monotonic() - began > _WELL_AFTER_SECONDS:
                pause = _SHORTEST_PAUSE
            stopping.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            _end(process)


def _end(process: SpawnProcess) -> None:
    process.terminate()
    process.join(_STOP_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()


def _run(work: Callable[[Event], None], gives_way: bool) -> None:
    stopping = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    # Ctrl-C and hanging up reach every process of a terminal; the parent decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    end_with_parent()
    if gives_way:
        os.nice(_NICENESS)
    work(stopping)
