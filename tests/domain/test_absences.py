"""When a work order was with another provider than ours, by the order of its reports."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from domain.absences import Absence, absence_document, absences
from domain.document import JsonValue
from domain.notification import Path
from domain.work_order import PROVIDER, Report
from tests.domain.given import after
from tests.domain.strategies import bounded, histories

US, OTHER, THIRD = 5, 6, 7


def says(
    version: int,
    provider: int | None,
    sender: str = "default",
    *,
    minutes: int | None = None,
    undated: bool = False,
) -> Report:
    """A report that was made as many minutes after noon as its version unless it says otherwise."""
    at = after(minutes=version if minutes is None else minutes)
    facts: dict[Path, JsonValue] = {("Id",): 1}
    if provider is not None:
        facts[PROVIDER] = provider
    return Report(version, after(hours=1), None if undated else at, sender, facts)


def spans(found: list[Absence]) -> list[tuple[int, int, int, int | None]]:
    """Return from whom to whom, and the versions by which it left and came back."""
    return [
        (one.left, one.provider, one.since[1], None if one.until is None else one.until[1])
        for one in found
    ]


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        pytest.param([], [], id="nothing on record"),
        pytest.param([says(1, US), says(2, None), says(3, US)], [], id="always with us"),
        pytest.param([says(1, US), says(2, OTHER)], [(US, OTHER, 2, None)], id="left"),
        pytest.param(
            [says(1, US), says(2, OTHER), says(3, None)], [(US, OTHER, 2, None)], id="silence"
        ),
        pytest.param(
            [says(1, US), says(2, OTHER), says(3, US)], [(US, OTHER, 2, 3)], id="and came back"
        ),
        pytest.param(
            [says(1, US), says(2, OTHER), says(3, THIRD), says(4, US)],
            [(US, THIRD, 2, 4)],
            id="from one to the next",
        ),
        pytest.param(
            [says(1, US), says(2, OTHER), says(3, US), says(4, THIRD)],
            [(US, OTHER, 2, 3), (US, THIRD, 4, None)],
            id="left twice",
        ),
        pytest.param(
            [says(1, US), says(2, OTHER), says(3, US, minutes=0)],
            [(US, OTHER, 2, None)],
            id="a late report does not bring it back",
        ),
        pytest.param(
            [says(1, US), says(2, US), says(3, OTHER, minutes=1)],
            [(US, OTHER, 3, 2)],
            id="a late report tells that it was away",
        ),
        pytest.param([says(1, US), says(2, 0), says(3, -1)], [], id="nobody is no provider"),
    ],
)
def test_a_work_order_is_elsewhere_from_the_report_by_which_it_left_to_that_by_which_it_returned(
    reports: list[Report], expected: list[tuple[int, int, int, int | None]]
) -> None:
    assert spans(absences(reports)) == expected


def test_a_sender_that_sees_its_own_side_alone_does_not_bring_it_back() -> None:
    all_sides, own_side = "subscriber", "provider"
    reports = [
        says(1, US, all_sides),
        says(2, US, own_side),
        says(3, OTHER, all_sides),
        says(4, US, own_side),
        says(5, OTHER, all_sides),
        says(6, US, all_sides),
        says(7, US, own_side),
    ]

    assert spans(absences(reports)) == [(US, OTHER, 3, 6)]


def test_two_senders_that_tell_of_the_same_leaving_tell_of_one() -> None:
    reports = [
        says(1, US, "subscriber"),
        says(2, US, "provider", minutes=1),
        says(3, OTHER, "provider", minutes=3),
        says(4, OTHER, "subscriber", minutes=3),
        says(5, US, "subscriber", minutes=9),
        says(6, US, "provider", minutes=9),
    ]

    [absence] = absences(reports)

    assert spans([absence]) == [(US, OTHER, 3, 5)]
    assert absence.unobserved


@pytest.mark.parametrize(
    ("between", "unobserved"),
    [([], True), ([says(4, None)], False), ([says(4, OTHER, "subscriber")], False)],
)
def test_a_time_of_which_no_report_tells_is_unobserved(
    between: list[Report], unobserved: bool
) -> None:
    [absence] = absences([says(1, US), says(3, OTHER), *between, says(5, US)])

    assert absence.unobserved == unobserved


def test_where_providers_are_named_as_ours_the_first_one_need_not_be() -> None:
    reports = [says(1, OTHER), says(2, US), says(3, THIRD)]

    assert spans(absences(reports, frozenset({US}))) == [(US, THIRD, 3, None)]
    assert spans(absences(reports, frozenset({OTHER, US}))) == [(US, THIRD, 3, None)]
    assert spans(absences(reports, frozenset({99}))) == []


def test_an_absence_says_when_and_by_which_versions() -> None:
    left, lasting = absences([says(1, US), says(2, OTHER), says(3, US), says(4, THIRD)])

    assert absence_document(left) == {
        "ProviderId": OTHER,
        "LeftProviderId": US,
        "Since": text(after(minutes=2)),
        "SinceVersion": 2,
        "Until": text(after(minutes=3)),
        "UntilVersion": 3,
        "Unobserved": True,
    }
    assert absence_document(lasting)["Until"] is None
    assert absence_document(lasting)["UntilVersion"] is None


@whatever(histories, st.randoms(use_true_random=False))
@bounded
def test_the_order_in_which_reports_came_does_not_matter(
    history: list[Report], random: Any
) -> None:
    shuffled = random.sample(history, len(history))

    assert absences(shuffled) == absences(history)


@whatever(histories)
@bounded
def test_absences_follow_one_another_and_only_the_last_may_last(history: list[Report]) -> None:
    found = absences(history)
    times = [time for one in found for time in (one.since, one.until) if time is not None]

    assert times == sorted(set(times))
    assert all(one.until is not None for one in found[:-1])


def text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
