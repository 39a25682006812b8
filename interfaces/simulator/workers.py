"""Sending from several processes, each with its own share of the work orders."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from time import monotonic
from typing import TypeAlias

from interfaces.simulator.errors import SimulationError
from interfaces.simulator.outcome import Outcome
from interfaces.simulator.schedule import Plan, timeline
from interfaces.simulator.sender import Terms, send

_REPORT_SECONDS = 0.1
_Worker: TypeAlias = tuple[SpawnProcess, "Connection[object, list[Outcome]]"]


def send_in_workers(
    plan: Plan,
    terms: Terms,
    workers: int,
    report: Callable[[Outcome], None],
    interrupted: Callable[[], bool],
) -> None:
    """Send each share in a process of its own; `terms` hold for each of them.

    Raises `SimulationError` where a process ends before its share is sent.
    """
    stop = get_context("spawn").Event()
    started: list[_Worker] = []
    try:
        with _ignoring_ctrl_c():
            started += [_start(plan, terms, share, workers, stop) for share in range(workers)]
        _listen([reports for _, reports in started], stop, report, interrupted)
        for process, _ in started:
            process.join()
            if process.exitcode != 0:
                raise SimulationError("A worker process ended before its share was sent.")
    finally:
        for process, _ in started:
            process.terminate()
            process.join()


def _start(plan: Plan, terms: Terms, share: int, shares: int, stop: Event) -> _Worker:
    context = get_context("spawn")
    reports, reporting = context.Pipe(duplex=False)
    process = context.Process(
        target=_send_share, args=(plan, terms, share, shares, reporting, stop), daemon=True
    )
    process.start()
    reporting.close()
    return process, reports


def _listen(
    pipes: "list[Connection[object, list[Outcome]]]",
    stop: Event,
    report: Callable[[Outcome], None],
    interrupted: Callable[[], bool],
) -> None:
    """Pass on what workers report until each has closed its pipe."""
    while pipes:
        if interrupted():
            stop.set()
        ready = wait(pipes, _REPORT_SECONDS)
        for pipe in [pipe for pipe in pipes if pipe in ready]:
            try:
                outcomes = pipe.recv()
            except EOFError:
                pipes.remove(pipe)
            else:
                for outcome in outcomes:
                    report(outcome)


def _send_share(
    plan: Plan,
    terms: Terms,
    share: int,
    shares: int,
    reporting: "Connection[list[Outcome], object]",
    stop: Event,
) -> None:
    """Send one share; the work of a worker process."""
    unreported: list[Outcome] = []
    last_report = monotonic()

    def report(outcome: Outcome) -> None:
        nonlocal last_report
        unreported.append(outcome)
        if monotonic() - last_report >= _REPORT_SECONDS:
            reporting.send(unreported)
            unreported.clear()
            last_report = monotonic()

    asyncio.run(send(timeline(plan, share, shares), terms, report, stop.is_set))
    reporting.send(unreported)
    reporting.close()


@contextmanager
def _ignoring_ctrl_c() -> Iterator[None]:
    """Start processes that leave Ctrl-C to their parent, from their first instruction on."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
