"""Nobody served where no process gave a sign of life."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.rhythm import Span
from domain.runs import Downtime, Run, downtimes

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def run(begin: float, end: float, *, stopped: bool = False) -> Run:
    return Run(uuid4(), at(begin), at(end), stopped)


def downtime(begin: float, end: float, *, stopped: bool = False, is_over: bool = True) -> Downtime:
    return Downtime(at(begin), at(end), stopped, is_over)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], []),
        ([run(0, 60)], []),
        ([run(-90, 90)], []),
        ([run(0, 20), run(30, 60)], [downtime(20, 30)]),
        ([run(0, 20, stopped=True), run(30, 60)], [downtime(20, 30, stopped=True)]),
        ([run(30, 60), run(0, 20)], [downtime(20, 30)]),
        ([run(0, 60), run(10, 20), run(30, 40)], []),
        ([run(0, 30), run(10, 20, stopped=True), run(40, 60)], [downtime(30, 40)]),
        ([run(0, 20), run(20.2, 60)], []),
        ([run(0, 20), run(20.3, 60)], [downtime(20, 20.3)]),
        ([run(0, 20)], [downtime(20, 60, is_over=False)]),
        ([run(0, 59.8)], []),
        ([run(-90, -80), run(10, 60)], [downtime(0, 10)]),
        ([run(-90, -80), run(70, 90)], [downtime(0, 60, is_over=False)]),
        ([run(30, 60)], []),
        ([run(0, 10), run(20, 30), run(50, 60)], [downtime(10, 20), downtime(30, 50)]),
    ],
    ids=[
        "nothing is known",
        "one process all the time",
        "one for longer than asked",
        "killed, and started again",
        "stopped in order",
        "in any order",
        "beside each other",
        "the last one of several counts",
        "a restart",
        "longer than a restart",
        "not over yet",
        "the last sign of life is just due",
        "began before",
        "went on after",
        "before the first nothing is known",
        "twice",
    ],
)
def test_downtimes(runs: list[Run], expected: list[Downtime]) -> None:
    assert downtimes(runs, NOON, at(60)) == expected


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([], []),
        ([run(50, 60)], []),
        ([run(-90, 20.1), run(50, 60)], [downtime(40, 50)]),
        ([run(-90, 10, stopped=True), run(50, 60)],
         [downtime(10, 20, stopped=True), downtime(40, 50)]),
        ([run(-90, 25), run(30, 60)], []),
        ([run(-90, 25)], [downtime(40, 60, is_over=False)]),
    ],
    ids=[
        "nothing is known",
        "before the first nothing is known, lost or not",
        "only what comes after it",
        "and what comes before it",
        "a downtime within it",
        "not over yet",
    ],
)  # fmt: skip
def test_of_a_lost_time_nobody_knows_whether_somebody_served(
    runs: list[Run], expected: list[Downtime]
) -> None:
    assert downtimes(runs, NOON, at(60), [Span(at(20), at(40))]) == expected
