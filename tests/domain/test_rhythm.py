"""A silence is unusual where a sender's own weeks do not explain it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from domain.rhythm import Minute, Span, learn, silences

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
MINUTE = timedelta(minutes=1)
BEGIN = MONDAY + 5 * WEEK
END = BEGIN + WEEK
NOON_OF_TUESDAY = BEGIN + DAY + 12 * HOUR


def every(step: timedelta, keeps: Callable[[datetime], bool] = lambda _: True) -> list[Minute]:
    """Return a delivery at each step of six weeks, where it is kept."""
    times = (MONDAY + number * step for number in range(int((END - MONDAY) / step)))
    return [Minute(time, time) for time in times if keeps(time)]


def works_by_day(time: datetime) -> bool:
    return time.weekday() < 5 and 8 <= time.hour < 18


def in_bursts() -> list[Minute]:
    """Return twenty deliveries in a row, three times a day, never at the same time."""
    drawn = Random(7)
    starts = (
        MONDAY + day * DAY + third * 8 * HOUR + drawn.random() * 6 * HOUR
        for day in range(42)
        for third in range(3)
    )
    return sorted(
        Minute(start + number * MINUTE, start + number * MINUTE)
        for start in starts
        for number in range(20)
    )


def by_chance(a_day: int) -> list[Minute]:
    """Return deliveries that know nothing of each other."""
    drawn = Random(11)

    def times() -> Iterator[datetime]:
        time = MONDAY
        while (time := time + drawn.expovariate(a_day) * DAY) < END:
            yield time

    return [Minute(time, time) for time in times()]


def without(minutes: Sequence[Minute], begin: datetime, length: timedelta) -> list[Minute]:
    return [minute for minute in minutes if not begin <= minute.first < begin + length]


SENDERS = {
    "busy all the time": every(MINUTE),
    "by day on workdays": every(10 * MINUTE, works_by_day),
    "once an hour": every(HOUR),
    "in bursts": in_bursts(),
    "ten a day by chance": by_chance(10),
    "two hundred a day by chance": by_chance(200),
}


@pytest.mark.parametrize("minutes", SENDERS.values(), ids=SENDERS)
def test_who_keeps_to_its_rhythm_is_never_unusually_silent(minutes: list[Minute]) -> None:
    assert learn(minutes, BEGIN, ()) is not None
    assert silences(minutes, BEGIN, END, ()) == []


@pytest.mark.parametrize(
    ("sender", "length", "is_unusual"),
    [
        ("busy all the time", 10 * MINUTE, False),
        ("busy all the time", 20 * MINUTE, True),
        ("by day on workdays", 20 * MINUTE, False),
        ("by day on workdays", 2 * HOUR, True),
        ("once an hour", 2 * HOUR, False),
        ("once an hour", 5 * HOUR, True),
        ("in bursts", 12 * HOUR, False),
        ("in bursts", 3 * DAY, True),
        ("ten a day by chance", 12 * HOUR, False),
        ("ten a day by chance", 3 * DAY, True),
    ],
)
def test_a_silence_is_unusual_where_twice_the_longest_of_a_usual_week_is_passed(
    sender: str, length: timedelta, is_unusual: bool
) -> None:
    minutes = without(SENDERS[sender], NOON_OF_TUESDAY, length)
    found = silences(minutes, BEGIN, END, ())
    assert len(found) == is_unusual
    for silence in found:
        assert silence.begin < NOON_OF_TUESDAY
        assert silence.end >= NOON_OF_TUESDAY + length
        assert silence.expected > 2 * silence.usual
        assert silence.is_over


def test_one_that_goes_on_is_told_up_to_the_end() -> None:
    minutes = without(SENDERS["once an hour"], NOON_OF_TUESDAY, WEEK)
    [silence] = silences(minutes, BEGIN, END, ())
    assert (silence.begin, silence.end) == (NOON_OF_TUESDAY - HOUR, END)
    assert not silence.is_over


def test_nights_weigh_nothing_before_or_after_a_workday() -> None:
    by_day = SENDERS["by day on workdays"]
    [silence] = silences(without(by_day, BEGIN + DAY, DAY), BEGIN, END, ())
    assert silence.end - silence.begin > 38 * HOUR
    assert silence.expected == pytest.approx(61, abs=2)


def test_what_our_own_absence_explains_is_no_silence() -> None:
    minutes = without(SENDERS["busy all the time"], NOON_OF_TUESDAY, 3 * HOUR)
    whole = Span(NOON_OF_TUESDAY, NOON_OF_TUESDAY + 3 * HOUR)
    assert silences(minutes, BEGIN, END, [whole]) == []
    [silence] = silences(minutes, BEGIN, END, [Span(whole.begin, whole.begin + HOUR)])
    assert silence.expected == pytest.approx(120, abs=2)


def test_an_absence_of_ours_teaches_nothing_either() -> None:
    away = [Span(BEGIN - week * WEEK + DAY, BEGIN - week * WEEK + 3 * DAY) for week in (1, 2, 3)]
    minutes = SENDERS["once an hour"]
    for span in away:
        minutes = without(minutes, span.begin, span.end - span.begin)
    explained, silent = learn(minutes, BEGIN, away), learn(minutes, BEGIN, ())
    assert explained is not None
    assert silent is not None
    assert explained.longest < 2
    assert silent.longest > 20


@pytest.mark.parametrize(
    ("minutes", "why"),
    [
        ([], "never seen"),
        (by_chance(1), "too few deliveries"),
        ([it for it in every(MINUTE) if it.first >= BEGIN - 13 * DAY], "less than two weeks"),
    ],
)
def test_of_whom_too_little_is_known_nothing_is_unusual(minutes: list[Minute], why: str) -> None:
    assert learn(minutes, BEGIN, ()) is None, why
    silent = without(minutes, NOON_OF_TUESDAY, 2 * DAY)
    assert silences(silent, BEGIN, END, ()) == []


def test_what_ended_before_is_not_told() -> None:
    minutes = without(SENDERS["busy all the time"], BEGIN - DAY, HOUR)
    assert silences(minutes, BEGIN, END, ()) == []
    assert len(silences(minutes, BEGIN - 2 * DAY, END, ())) == 1


def test_a_new_rhythm_is_learned_week_by_week() -> None:
    slower = [it for it in every(HOUR) if it.first.hour % 12 == 0 or it.first < MONDAY + 2 * WEEK]
    weeks = {(it.begin - MONDAY) // WEEK for it in silences(slower, MONDAY, END, ())}
    assert weeks == {2, 3}
