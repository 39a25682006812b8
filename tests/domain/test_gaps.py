"""Counts of minutes become gaps, and short ones are likely to have been delivered again."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.client import AttemptsRefused
from domain.gaps import Gap, downs, merged, refusals, restored, silent, turned_away
from domain.log_epochs import LogRestored
from domain.rhythm import Silence, Span
from domain.runs import Downtime
from domain.turned_away import DeliveriesTurnedAway

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def away(*minutes: int) -> list[tuple[datetime, datetime, int | None]]:
    found = turned_away([DeliveriesTurnedAway(at(minute), 2) for minute in minutes])
    return [(gap.begin, gap.end, gap.count) for gap in found]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([], []),
        ([0], [(at(0), at(1), 2)]),
        ([0, 1, 2], [(at(0), at(3), 6)]),
        ([2, 0, 0], [(at(0), at(3), 6)]),
        ([0, 16], [(at(0), at(17), 4)]),
        ([0, 17], [(at(0), at(1), 2), (at(17), at(18), 2)]),
    ],
)
def test_minutes_with_refusals_are_one_gap_where_nothing_need_have_come_in_between(
    minutes: list[int], expected: list[object]
) -> None:
    assert away(*minutes) == expected


@pytest.mark.parametrize(
    ("sources", "told"),
    [
        ([""], "1 attempt was refused for keys, signature or body."),
        (["b", "a"], "2 attempts were refused for keys, signature or body, from a, b."),
        (["e", "d", "c", "b", "", "a"], "6 attempts were refused for keys, signature or body, "
         "from a, b, c and 2 more."),
    ],
)  # fmt: skip
def test_refusals_say_where_they_came_from(sources: list[str], told: str) -> None:
    [gap] = refusals([AttemptsRefused(NOON, 1, source) for source in sources], at(60))
    assert gap.sentence == told


@pytest.mark.parametrize(("until", "is_over"), [(0.5, False), (1, False), (3, False), (3.1, True)])
def test_refusals_are_over_once_nothing_was_counted_for_longer_than_that_takes(
    until: float, is_over: bool
) -> None:
    [gap] = refusals([AttemptsRefused(NOON, 1)], at(until))
    assert (gap.end, gap.is_over) == (at(1), is_over)


def test_an_absence_says_how_the_last_process_ended() -> None:
    [stopped, killed] = downs(
        [Downtime(at(0), at(5), True, True), Downtime(at(9), at(60), False, False)]
    )
    assert stopped.sentence == "No process served: the last one before was stopped in order."
    assert "killed, or could not tell any more" in killed.sentence
    assert (stopped.is_over, killed.is_over) == (True, False)


def test_a_silence_says_what_was_to_be_expected() -> None:
    [gap] = silent("north", [Silence(at(0), at(90), 17.6, 3.2, is_over=False)])
    assert gap.sentence == (
        "north delivered nothing, where 18 minutes with deliveries were to be expected; "
        "the longest silence of a usual week spans 3."
    )
    assert (gap.sender, gap.is_over) == ("north", False)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (LogRestored(2, 14, 16), "lacks position 15: what was acknowledged then is not delivered"),
        (LogRestored(2, 14, 21), "lacks positions 15–20: what"),
        (LogRestored(2, 14, 21, is_assumed=True), "lacks positions 15–20 at most: what"),
    ],
)
def test_a_restored_log_says_what_it_lacks(event: LogRestored, told: str) -> None:
    gap = restored(event, Span(at(0), at(60)), until=at(90))
    assert told in gap.sentence
    assert (gap.kind, gap.span, gap.is_over) == ("restored", Span(at(0), at(60)), True)
    within = restored(event, Span(at(0), at(60)), until=at(30))
    assert (within.span, within.is_over) == (Span(at(0), at(30)), False)


@pytest.mark.parametrize(
    ("gap", "likely"),
    [
        (Gap("down", at(0), at(14), ""), True),
        (Gap("unavailable", at(0), at(14), ""), True),
        (Gap("refusing", at(0), at(14), ""), True),
        (Gap("down", at(0), at(15), ""), False),
        (Gap("down", at(0), at(14), "", is_over=False), False),
        (Gap("silent", at(0), at(14), ""), False),
        (Gap("restored", at(0), at(14), ""), False),
    ],
)
def test_the_sender_delivers_again_for_a_quarter_of_an_hour(gap: Gap, likely: bool) -> None:
    assert gap.is_likely_redelivered is likely


@pytest.mark.parametrize(
    ("gap", "moment", "still"),
    [
        (Gap("down", at(0), at(9), "", is_over=False), at(9), True),
        (Gap("down", at(0), at(9), "", is_over=False), at(10), False),
        (Gap("down", at(0), at(9), ""), at(9), False),
        (Gap("silent", at(0), at(9), "", is_over=False), at(9), True),
        (Gap("silent", at(0), at(9), "", is_over=False), at(10), False),
        (Gap("refusing", at(0), at(9), "", is_over=False), at(8.5), True),
        (Gap("refusing", at(0), at(9), "", is_over=False), at(11), True),
        (Gap("refusing", at(0), at(9), "", is_over=False), at(11.1), False),
        (Gap("refusing", at(0), at(9), ""), at(9), False),
        (Gap("unavailable", at(0), at(9), ""), at(9), False),
        (Gap("restored", at(0), at(9), "", is_over=False), at(9), False),
    ],
)
def test_a_gap_still_goes_on_where_that_is_known(gap: Gap, moment: datetime, still: bool) -> None:
    assert gap.goes_on_at(moment) is still


def test_spans_are_merged_where_they_touch() -> None:
    spans = [Span(at(5), at(6)), Span(at(0), at(2)), Span(at(1), at(3)), Span(at(3), at(4))]
    assert merged(spans) == [Span(at(0), at(4)), Span(at(5), at(6))]
