"""Silence, judged by the last delivery of each day."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from domain.daily_silence import silent_since

DAY = timedelta(days=1)
FRIDAY = datetime(2026, 5, 1, 17, tzinfo=UTC)
"""The last delivery of the last working day; before it lie nine weeks."""


def seen(days_ago: Iterable[int]) -> list[datetime]:
    return [FRIDAY - ago * DAY for ago in sorted(days_ago, reverse=True)]


DAILY = seen(range(63))
WORKING_DAYS = seen(ago for ago in range(63) if ago % 7 not in {5, 6})
WITH_A_HOLIDAY = seen(ago for ago in range(63) if ago % 7 not in {5, 6} and not 14 <= ago < 25)
ONCE_A_WEEK = seen(range(0, 63, 7))


@pytest.mark.parametrize(
    ("days", "usual"),
    [
        ([FRIDAY], DAY),
        (seen([0, 1]), DAY),
        (DAILY, DAY),
        (WORKING_DAYS, 3 * DAY),
        (WITH_A_HOLIDAY, 3 * DAY),
        (ONCE_A_WEEK, 7 * DAY),
        # A break so long ago teaches nothing any more.
        (seen([200, *range(57)]), DAY),
        # Several deliveries' last ones of short days.
        ([FRIDAY - timedelta(hours=18), FRIDAY], DAY),
    ],
    ids=["once", "two days", "daily", "working days", "a holiday", "weekly", "long ago", "short"],
)
def test_silence_begins_where_the_usual_break_is_exceeded(
    days: list[datetime], usual: timedelta
) -> None:
    last = days[-1]
    assert silent_since(days, last) is None
    assert silent_since(days, last + usual) is None
    assert silent_since(days, last + usual + timedelta(seconds=1)) == last
    assert silent_since(days, last + 90 * DAY) == last


def test_who_was_never_seen_is_not_called_silent() -> None:
    assert silent_since([], FRIDAY) is None
