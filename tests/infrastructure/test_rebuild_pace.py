"""A rebuild rests the more, the more events arrive meanwhile."""

import pytest

from infrastructure.rebuild_pace import RebuildPace


class Watch:
    """A clock that goes on by hand and by resting."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rested: list[float] = []

    def __call__(self) -> float:
        return self.now

    def rest(self, seconds: float) -> None:
        self.rested.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("arrived", "rests"),
    [(0, []), (20, [0.04]), (100, [0.2]), (200, [0.4]), (5_000, [0.4])],
)
def test_it_rests_by_how_many_arrive(arrived: int, rests: list[float]) -> None:
    watch = Watch()
    pace = RebuildPace(watch, watch.rest)
    pace.rest(1_000)
    watch.now += 0.2
    pace.rest(1_000 + arrived)
    assert watch.rested == pytest.approx(rests)


def test_it_rests_as_long_as_it_worked_not_as_long_as_it_rested_and_worked() -> None:
    watch = Watch()
    pace = RebuildPace(watch, watch.rest)
    pace.rest(0)
    for end in (100, 400, 700):
        watch.now += 0.1
        pace.rest(end)
    assert watch.rested == pytest.approx([0.2, 0.2, 0.2])


def test_a_rest_is_short_however_long_was_worked() -> None:
    watch = Watch()
    pace = RebuildPace(watch, watch.rest)
    pace.rest(0)
    watch.now += 40
    pace.rest(80_000)
    assert watch.rested == [1.0]


def test_it_looks_at_once_and_then_whenever_it_has_worked_for_a_while() -> None:
    watch = Watch()
    pace = RebuildPace(watch, watch.rest)
    assert pace.is_due()
    pace.rest(0)
    assert not pace.is_due()
    watch.now += 0.05
    assert pace.is_due()
