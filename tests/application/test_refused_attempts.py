"""Refused attempts have a limit by source, and are forgotten in a minute."""

import pytest

from application.refused_attempts import MOST_ATTEMPTS, RefusedAttempts

GUESSER, OTHER = "192.0.2.1", "192.0.2.2"


class Stopwatch:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def attempts(stopwatch: Stopwatch) -> RefusedAttempts:
    return RefusedAttempts(stopwatch)


def test_so_many_attempts_have_room_and_no_more(attempts: RefusedAttempts) -> None:
    assert all(attempts.has_room_for(GUESSER) for _ in range(MOST_ATTEMPTS))
    assert not attempts.has_room_for(GUESSER)
    assert attempts.has_room_for(OTHER)


def test_attempts_are_forgotten_evenly_over_a_minute(
    attempts: RefusedAttempts, stopwatch: Stopwatch
) -> None:
    for _ in range(2 * MOST_ATTEMPTS):
        attempts.has_room_for(GUESSER)
    stopwatch.seconds += 30
    room = sum(attempts.has_room_for(GUESSER) for _ in range(MOST_ATTEMPTS))
    assert room == MOST_ATTEMPTS / 2
    stopwatch.seconds += 3_600
    room = sum(attempts.has_room_for(GUESSER) for _ in range(2 * MOST_ATTEMPTS))
    assert room == MOST_ATTEMPTS


def test_the_sources_kept_are_bounded_and_the_latest_stay(
    attempts: RefusedAttempts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.refused_attempts.MOST_SOURCES", 2)
    for _ in range(MOST_ATTEMPTS):
        attempts.has_room_for(GUESSER)
    attempts.has_room_for(OTHER)
    assert not attempts.has_room_for(GUESSER)
    attempts.has_room_for("192.0.2.3")
    assert not attempts.has_room_for(GUESSER)
