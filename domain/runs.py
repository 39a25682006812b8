"""When the service ran, from the signs of life of its processes, and when nobody served."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.rhythm import Span

LONGEST_UNHEARD: Final = timedelta(seconds=15)
"""A process that serves gives a sign of life every five seconds, if it can."""

_NOBODY: Final = UUID(int=0)


class Run(Struct, frozen=True):
    """A time in which a process served without a break; `stopped` says that it ended in order."""

    run_id: UUID
    started_at: datetime
    alive_at: datetime
    stopped: bool = False


class Downtime(Struct, frozen=True):
    """A time in which no process served.

    `stopped` says that the last one before it ended in order, `is_over` that one came after it.
    """

    begin: datetime
    end: datetime
    stopped: bool
    is_over: bool


def downtimes(
    runs: Iterable[Run], begin: datetime, end: datetime, lost: Iterable[Span] = ()
) -> list[Downtime]:
    """Return when nobody served between two times.

    Of the time before the first run nothing is known, nor of times whose record is `lost`. What is
    shorter than the signs of life are apart is not told: a restart takes as long.
    """
    found: list[Downtime] = []
    last: Run | None = None
    for run in _with_lost(list(runs), lost):
        if last is not None and run.started_at > last.alive_at:
            found.append(Downtime(last.alive_at, run.started_at, last.stopped, is_over=True))
        if last is None or run.alive_at > last.alive_at:
            last = run
    if last is not None:
        found.append(Downtime(last.alive_at, end, last.stopped, is_over=False))
    within = [_within(one, begin, end) for one in found]
    return [one for one in within if one.end - one.begin > LONGEST_UNHEARD]


def _with_lost(runs: Sequence[Run], lost: Iterable[Span]) -> list[Run]:
    """Put a run into each lost time, and all in order: for all that is known, somebody served."""
    first = min((run.started_at for run in runs), default=None)
    perhaps = [
        Run(_NOBODY, span.begin, span.end)
        for span in lost
        if first is not None and span.end > first
    ]
    return sorted([*runs, *perhaps], key=lambda run: run.started_at)


def _within(downtime: Downtime, begin: datetime, end: datetime) -> Downtime:
    return Downtime(
        begin=max(downtime.begin, begin),
        end=min(downtime.end, end),
        stopped=downtime.stopped,
        is_over=downtime.is_over and downtime.end <= end,
    )
