"""Whether somebody is silent, judged by when something was last seen of them on each day.

It needs no more than one time a day, so it notices within days. `domain.rhythm` notices within
minutes, and needs them all.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median_high
from typing import Final

from domain.rhythm import LEARNED_FROM, WEEK

SHORTEST: Final = timedelta(days=1)
"""What is shorter is no silence, whoever it is."""


def silent_since(seen: Sequence[datetime], now: datetime) -> datetime | None:
    """Return the last of these times where it is unusually long ago, `None` where it is not.

    `seen` has the last time of each day, in order. Usual is the longest break of a week, from one
    day's last time to the next one's: the median of the eight weeks before the last time.
    """
    if not seen or now - seen[-1] <= max(SHORTEST, _usual(seen)):
        return None
    return seen[-1]


def _usual(seen: Sequence[datetime]) -> timedelta:
    longest: dict[int, timedelta] = {}
    for before, after in pairwise(seen):
        ago = seen[-1] - after
        if ago < LEARNED_FROM:
            longest[ago // WEEK] = max(after - before, longest.get(ago // WEEK, timedelta()))
    return median_high(longest.values()) if longest else timedelta()
