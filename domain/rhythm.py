"""A sender's rhythm, and when it was silent for longer than that explains.

A silence is measured by how many minutes with deliveries were to be expected in it, hour of the
week by hour of the week: so a night of somebody who rests at night weighs nothing. It is unusual
where that is more than twice what the longest silence of a usual week has.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from statistics import median_high
from typing import Final

from msgspec import Struct

LEARNED_FROM: Final = timedelta(weeks=8)
"""How far back the rhythm of a week is learned from."""

FEWEST_WEEKS: Final = 2
FEWEST_MINUTES: Final = 50
"""With deliveries in them: of whoever is seen less often no rhythm is known."""

TIMES_AS_LONG: Final = 2.0
FEWEST_EXPECTED: Final = 5.0
SHORTEST_SILENCE: Final = timedelta(minutes=15)
"""What is shorter, the sender's own re-deliveries make up for."""

WEEK: Final = timedelta(weeks=1)
_HOUR_SECONDS: Final = 3_600.0
_WEEK_SECONDS: Final = 168 * _HOUR_SECONDS
_A_MONDAY: Final = datetime(2024, 1, 1, tzinfo=UTC)


class Minute(Struct, frozen=True, order=True):
    """The first and the last delivery of one minute."""

    first: datetime
    last: datetime


class Span(Struct, frozen=True, order=True):
    """A time from a begin to an end."""

    begin: datetime
    end: datetime


class Rhythm(Struct, frozen=True):
    """What is usual of a sender.

    `expected` sums the minutes with deliveries from the begin of a week, Monday in UTC, to each
    hour's end; `longest` is how many of them the longest silence of a usual week spans.
    """

    expected: tuple[float, ...]
    longest: float

    @property
    def most(self) -> float:
        """What a silence may span without being unusual."""
        return max(FEWEST_EXPECTED, TIMES_AS_LONG * self.longest)


class Silence(Struct, frozen=True):
    """A time without deliveries, and how many minutes with deliveries were to be expected."""

    begin: datetime
    end: datetime
    expected: float
    usual: float
    is_over: bool


def learn(minutes: Sequence[Minute], until: datetime, explained: Sequence[Span]) -> Rhythm | None:
    """Learn a rhythm from the weeks before a time; `None` where they are too few.

    `minutes` are in order. What is `explained`, such as our own absence, was no silence.
    """
    begin = until - LEARNED_FROM
    known = [minute for minute in minutes if begin <= minute.first < until]
    if len(known) < FEWEST_MINUTES:
        return None
    weeks = (until - known[0].first) / WEEK
    if weeks < FEWEST_WEEKS:
        return None
    hours = Counter(int(_of_week(minute.first) // _HOUR_SECONDS) for minute in known)
    expected = tuple(accumulate((hours[hour] / weeks for hour in range(168)), initial=0.0))
    longest: dict[int, float] = {}
    for before, after in pairwise(known):
        week = (until - after.first) // WEEK
        weight = _unexplained(expected, Span(before.last, after.first), explained)
        longest[week] = max(weight, longest.get(week, 0.0))
    return Rhythm(expected, median_high(longest.values()))


def silences(
    minutes: Sequence[Minute], begin: datetime, end: datetime, explained: Sequence[Span]
) -> list[Silence]:
    """Return the unusual silences between two times, the last one perhaps not over at the end.

    The rhythm is learned anew for every week, from those before it.
    """
    told = [minute for minute in minutes if minute.first < end]
    spans = [Span(before.last, after.first) for before, after in pairwise(told)]
    if told:
        spans.append(Span(told[-1].last, end))
    rhythms: dict[int, Rhythm | None] = {}
    found: list[Silence] = []
    for span in spans:
        if span.end <= begin or span.end - span.begin < SHORTEST_SILENCE:
            continue
        week = max(0, (span.begin - begin) // WEEK)
        if week not in rhythms:
            rhythms[week] = learn(told, begin + week * WEEK, explained)
        rhythm = rhythms[week]
        if rhythm is None:
            continue
        weight = _unexplained(rhythm.expected, span, explained)
        if weight > rhythm.most:
            is_over = span.end < end
            found.append(Silence(span.begin, span.end, weight, rhythm.longest, is_over))
    return found


def _unexplained(expected: Sequence[float], span: Span, explained: Iterable[Span]) -> float:
    weight = _sum(expected, span.end) - _sum(expected, span.begin)
    # Of the many short ones it makes no difference, and takes the most of the time.
    for other in explained if span.end - span.begin >= SHORTEST_SILENCE else ():
        begin, end = max(span.begin, other.begin), min(span.end, other.end)
        if begin < end:
            weight -= _sum(expected, end) - _sum(expected, begin)
    return weight


def _sum(expected: Sequence[float], moment: datetime) -> float:
    weeks, seconds = divmod((moment - _A_MONDAY).total_seconds(), _WEEK_SECONDS)
    hour, rest = divmod(seconds, _HOUR_SECONDS)
    before, after = expected[int(hour)], expected[int(hour) + 1]
    return weeks * expected[-1] + before + (after - before) * rest / _HOUR_SECONDS


def _of_week(moment: datetime) -> float:
    return (moment - _A_MONDAY).total_seconds() % _WEEK_SECONDS
