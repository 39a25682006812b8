"""What is the same delivery twice: the whole rule, one row per case.

The sender gives no delivery id, so the body speaks. In the rows `a` is the body that comes again,
with a reported time in it (`timed`) or without one (`bare`). The window is an hour unless a row
says otherwise; versions count every event of the stream from 1.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

import pytest

from domain.activity import POSSIBLE_REPEAT, REPORTED_IN_FUTURE
from tests.domain.activities import (
    ActivityPast,
    Decide,
    given,
    opened,
    released,
    repeated,
    report,
    reported,
)
from tests.domain.given import NOON, after

Pasts: TypeAlias = Sequence[ActivityPast]
Row: TypeAlias = tuple[str, Pasts, Decide, ActivityPast]

bare, bare_again = partial(reported, b"a"), partial(report, b"a")
timed = partial(reported, b"a", reported_at=NOON)
timed_again = partial(report, b"a", reported_at=NOON)
flagged = bare(warnings=(POSSIBLE_REPEAT,))


def others(count: int, at: datetime = NOON) -> Pasts:
    return [reported(b"other %d" % number, at=at) for number in range(count)]


SHORTER, LONGER = timedelta(minutes=20), timedelta(hours=48)
TOO_LATE = after(minutes=60, microseconds=1)

RULE: dict[str, list[Row]] = {
    "the newest body again": [
        ("a minute later", [bare()], bare_again(now=after(minutes=1)), repeated(of=1)),
        ("with a time", [timed()], timed_again(now=after(minutes=1)), repeated(of=1)),
        ("a year later", [bare()], bare_again(now=after(hours=8_760)), repeated(of=1)),
        ("and again", [*others(2), bare(), repeated(of=3)], bare_again(), repeated(of=3)),
        ("after a release", [bare(), opened(7), released(7)], bare_again(), repeated(of=1)),
        (
            "after an older one's repeat",
            [timed(), *others(1), repeated(of=1)],
            report(b"other 0"),
            repeated(b"other 0", of=2),
        ),
    ],
    "an older body with a time again": [
        ("soon", [timed(), *others(1)], timed_again(now=after(minutes=5)), repeated(of=1)),
        ("in the end", [timed(), *others(1)], timed_again(now=after(minutes=60)), repeated(of=1)),
        ("too late", [timed(), *others(1)], timed_again(now=TOO_LATE), timed()),
        (
            "in the end of a shorter window",
            [timed(), *others(1)],
            timed_again(now=after(minutes=20), window=SHORTER),
            repeated(of=1),
        ),
        (
            "too late for a shorter window",
            [timed(), *others(1)],
            timed_again(now=after(minutes=20, microseconds=1), window=SHORTER),
            timed(),
        ),
        (
            "too late, whenever the last repeat was",
            [timed(), *others(1), repeated(of=1, at=after(minutes=50))],
            timed_again(now=TOO_LATE),
            timed(),
        ),
        (
            "its newest equal counts",
            [timed(), *others(1), timed(at=after(minutes=70)), *others(1)],
            timed_again(now=after(minutes=90)),
            repeated(of=3),
        ),
    ],
    "an older body without a time again": [
        ("soon", [bare(), *others(1)], bare_again(now=after(minutes=5)), flagged),
        ("in the end", [bare(), *others(1)], bare_again(now=after(minutes=60)), flagged),
        ("too late", [bare(), *others(1)], bare_again(now=TOO_LATE), bare()),
    ],
    "what is remembered": [
        ("31 reports since", [timed(), *others(31)], timed_again(), repeated(of=1)),
        ("32 reports since", [timed(), *others(32)], timed_again(), timed()),
        ("32 reports since a bare one", [bare(), *others(32)], bare_again(), bare()),
        (
            "24 hours before the newest",
            [timed(), *others(1, at=after(hours=24))],
            timed_again(now=after(hours=24), window=LONGER),
            repeated(of=1),
        ),
        (
            "more than 24 hours before the newest",
            [timed(), *others(1, at=after(hours=24, microseconds=1))],
            timed_again(now=after(hours=25), window=LONGER),
            timed(),
        ),
    ],
    "what another sender said": [
        ("a minute ago", [bare(sender="north")], bare_again(), bare()),
        ("with a time", [timed(sender="north")], timed_again(), timed()),
        (
            "does not stand between",
            [bare(), bare(sender="north")],
            bare_again(now=after(minutes=5)),
            repeated(of=1),
        ),
        (
            "is its own to repeat",
            [timed(), timed(sender="north")],
            timed_again(sender="north"),
            repeated(of=2),
        ),
    ],
    "a body never seen": [
        ("the first of all", [], timed_again(), timed()),
        ("one of many", others(3), bare_again(), bare()),
    ],
}


@pytest.mark.parametrize(
    ("past", "delivery", "amounts_to"),
    [pytest.param(*row, id=f"{case}: {name}") for case in RULE for name, *row in RULE[case]],
)
def test_what_a_delivery_amounts_to(
    past: Pasts, delivery: Decide, amounts_to: ActivityPast
) -> None:
    given(*past).when(delivery).then(amounts_to)


def test_assign_unassign_assign_are_three_reports() -> None:
    assign, unassign = b"technician 5", b"technician null"
    first, second = reported(assign), reported(unassign, at=after(minutes=1))
    third = reported(assign, at=after(minutes=2), warnings=(POSSIBLE_REPEAT,))

    given(first).when(report(unassign, now=second.at)).then(second)
    given(first, second).when(report(assign, now=third.at)).then(third)
    given(first, second, third).when(report(assign, now=third.at)).then(repeated(assign, of=3))


def test_a_body_from_the_future_is_known_again() -> None:
    told = reported(b"a", reported_at=after(hours=1), warnings=(REPORTED_IN_FUTURE,))

    given(told, *others(1)).when(report(b"a", reported_at=after(hours=1))).then(repeated(of=1))


def test_the_flag_stands_behind_what_else_is_wrong() -> None:
    """The event names the kinds in clear; its content tells them in full, in the same order."""
    known = given(bare(warnings=("UnreadableMember",)), *others(1))

    known.when(bare_again(warnings=("UnreadableMember",))).then(
        bare(warnings=("UnreadableMember", POSSIBLE_REPEAT))
    )
