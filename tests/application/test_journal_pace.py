"""The pace is that of batches that tell of it, and follows them within about a second."""

from collections.abc import Callable

import pytest

from application.journal_pace import MOST_BATCH_ENTRIES, Pace

NOTHING_UNDER_WAY = 0, 0.0


def paced(*batches: tuple[int, float, float]) -> Pace:
    pace = Pace()
    for entries, seconds, elapsed in batches:
        pace.note(entries, seconds, elapsed)
    return pace


def most_waiting(*batches: tuple[int, float, float]) -> int:
    return paced(*batches).most_waiting(*NOTHING_UNDER_WAY)


def flooded(seconds_of: Callable[[int], float], *, begun_with: int, batches: int = 40) -> int:
    """Return how many may wait once a flood has filled batch after batch, half of it each."""
    pace = paced((begun_with, seconds_of(begun_with), 0.1))
    for _ in range(batches):
        entries = min(MOST_BATCH_ENTRIES, pace.most_waiting(*NOTHING_UNDER_WAY) // 2)
        pace.note(entries, seconds_of(entries), seconds_of(entries))
    return pace.most_waiting(*NOTHING_UNDER_WAY)


def test_small_batches_tell_nothing_of_it() -> None:
    assert most_waiting(*[(1, 0.002, 0.01)] * 1_000) == most_waiting() == 5_000


def test_it_follows_full_batches() -> None:
    full = [(1, 0.002, 0.01), *[(100, 0.052, 0.052)] * 100]
    assert paced(*full).entries_a_second == pytest.approx(2_000, rel=0.02)
    assert most_waiting(*full) == pytest.approx(2_000, rel=0.02)


def test_a_batch_that_took_long_tells_of_it_at_once() -> None:
    assert most_waiting((1, 0.002, 0.01), (1_000, 2.0, 2.0)) == 500
    assert most_waiting((50, 3.0, 3.0)) == 100


def test_a_stall_of_a_moment_has_nobody_refused() -> None:
    fast = [(30, 0.005, 0.005)] * 100
    assert most_waiting(*fast, (30, 0.3, 0.3)) > 0.3 * 5_000


def test_a_few_that_come_between_full_batches_change_little() -> None:
    full = [(1, 0.8, 0.8), *[(240, 0.82, 0.82)] * 5]
    assert most_waiting(*full, (2, 0.8, 0.8)) > 0.9 * most_waiting(*full)
    slow = [(1, 0.01, 0.01), *[(300, 1.5, 1.5)] * 5]
    assert most_waiting(*slow, (1, 0.01, 0.01)) < 1.1 * most_waiting(*slow)


def test_a_load_that_is_half_of_what_can_be_written_tells_of_it() -> None:
    assert most_waiting((1, 0.002, 0.01), *[(29, 0.23, 0.23)] * 15) < 600


def test_one_fuller_batch_tells_of_a_slow_database_that_was_hardly_asked_anything() -> None:
    few = [(16, 0.083, 0.1)] * 100
    assert most_waiting(*few, (106, 0.27, 0.27)) < 1_200


def test_it_comes_back_when_the_writing_does() -> None:
    assert most_waiting((50, 3.0, 3.0), *[(100, 0.01, 0.01)] * 300) > 4_500


def test_what_was_slow_once_is_forgotten_under_a_light_load_too() -> None:
    assert most_waiting((50, 3.0, 3.0), *[(1, 0.003, 0.1)] * 80) == 5_000


@pytest.mark.parametrize("begun_with", [1, 40, 1_000])
@pytest.mark.parametrize("seconds", [0.2, 0.8, 1.0])
def test_a_database_that_is_far_away_is_handed_full_batches(
    seconds: float, begun_with: int
) -> None:
    assert flooded(lambda _: seconds, begun_with=begun_with) >= 1_000


@pytest.mark.parametrize("begun_with", [1, 40, 1_000])
@pytest.mark.parametrize("rate", [100, 300, 2_000])
def test_a_database_that_writes_slowly_is_handed_what_it_writes_in_about_a_second(
    rate: int, begun_with: int
) -> None:
    waiting = flooded(lambda entries: 0.01 + entries / rate, begun_with=begun_with)
    assert 0.8 * rate <= waiting <= 2.2 * rate


def test_a_batch_that_has_been_under_way_for_long_tells_before_it_is_done() -> None:
    pace = paced((1, 0.002, 0.01))
    assert pace.most_waiting(1_000, 0.9) == 5_000
    assert pace.most_waiting(1_000, 2.0) == pytest.approx(500, abs=2)
    assert pace.most_waiting(10, 1.1) == 100


def test_a_batch_of_a_database_that_is_far_away_is_given_its_time() -> None:
    pace = paced(*[(1, 0.8, 0.8)] * 8, *[(500, 0.8, 0.8)] * 5)
    assert pace.most_waiting(500, 1.5) == pace.most_waiting(*NOTHING_UNDER_WAY)
