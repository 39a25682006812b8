"""The pace is that of batches that tell of it, and follows them within a second of writing."""

import pytest

from application.journal_pace import Pace


def paced(*batches: tuple[int, float]) -> float:
    pace = Pace()
    for entries, seconds in batches:
        pace.note(entries, seconds)
    return pace.entries_a_second


def test_small_batches_tell_nothing_of_it() -> None:
    assert paced(*[(1, 0.002)] * 1_000) == paced()


def test_it_follows_full_batches() -> None:
    assert paced(*[(100, 0.01)] * 500) == pytest.approx(10_000, rel=0.01)


def test_a_batch_that_took_long_tells_of_it_at_once() -> None:
    assert paced((10, 2.0)) == 5.0


def test_it_comes_back_when_the_writing_does() -> None:
    assert paced((10, 2.0), *[(100, 0.01)] * 300) > 9_000
