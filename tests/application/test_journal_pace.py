"""The pace is that of batches that tell of it, and follows them within about a second."""

import pytest

from application.journal_pace import Pace


def paced(*batches: tuple[int, float, float]) -> float:
    pace = Pace()
    for entries, seconds, elapsed in batches:
        pace.note(entries, seconds, elapsed)
    return pace.entries_a_second


def test_small_batches_tell_nothing_of_it() -> None:
    assert paced(*[(1, 0.002, 0.01)] * 1_000) == paced()


def test_it_follows_full_batches() -> None:
    assert paced(*[(100, 0.01, 0.01)] * 500) == pytest.approx(10_000, rel=0.01)


def test_a_batch_that_took_long_tells_of_it_at_once() -> None:
    assert paced((10, 2.0, 2.0)) == 5.0


def test_it_comes_back_when_the_writing_does() -> None:
    assert paced((10, 2.0, 2.0), *[(100, 0.01, 0.01)] * 300) > 9_000


def test_what_was_slow_once_is_forgotten_under_a_light_load_too() -> None:
    assert paced((1, 2.0, 2.0), *[(1, 0.003, 0.1)] * 50) == pytest.approx(paced(), rel=0.01)


def test_a_fast_pace_is_not_forgotten() -> None:
    fast = paced(*[(100, 0.01, 0.01)] * 500)
    assert paced(*[(100, 0.01, 0.01)] * 500, *[(1, 0.002, 0.1)] * 100) == fast
