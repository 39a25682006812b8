"""What an activity remembers for its decisions: little, and the same for the same past."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from domain.activity import Activity, RecentReport, WorkOrderReported
from tests.domain.activities import (
    ActivityPast,
    activity_after,
    opened,
    released,
    repeated,
    reported,
)
from tests.domain.given import NOON, after
from tests.domain.strategies import activity_events, bounded, pasts

short = pasts(activity_events)
long = pasts(activity_events, at_least=50, at_most=60)


def test_the_state_after_a_short_past_in_full() -> None:
    past = [
        reported(b"a", reported_at=NOON),
        opened(7),
        repeated(of=1, at=after(minutes=5)),
        reported(b"b", at=after(minutes=6)),
    ]

    assert activity_after(past) == Activity(
        version=4,
        activity_id=7,
        opened_before=True,
        reports=(
            RecentReport(sha256(b"a").digest()[:16], 1, NOON, timed=True),
            RecentReport(sha256(b"b").digest()[:16], 4, after(minutes=6), timed=False),
        ),
    )


def test_a_released_activity_has_no_id_and_was_opened_before() -> None:
    activity = activity_after([opened(7), released(7)])

    assert (activity.activity_id, activity.opened_before) == (None, True)


@whatever(short | long)
@bounded
def test_the_newest_reports_are_remembered_and_no_others(past: list[ActivityPast]) -> None:
    """At most 32, none older than 24 hours before the newest, by the events' own times."""
    recorded = [told.at for told in past if isinstance(told.event, WorkOrderReported)]
    expected = [at for at in recorded[-32:] if recorded[-1] - at <= timedelta(hours=24)]

    assert [known.recorded_at for known in activity_after(past).reports] == expected


@whatever(short)
@bounded
def test_every_event_is_taken_after_any_other_and_counts_once(past: list[ActivityPast]) -> None:
    """Even where no decision would ever put it there."""
    assert activity_after(past).version == len(past)


@whatever(short, st.integers(0, 12))
@bounded
def test_a_past_folded_in_parts_gives_the_same_state(past: list[ActivityPast], cut: int) -> None:
    so_far = activity_after(past[:cut])

    assert activity_after(past[cut:], so_far) == activity_after(past)


@pytest.mark.parametrize("recorded_at", [datetime(1, 1, 1, tzinfo=UTC), NOON])
def test_no_moment_is_too_early_to_look_back(recorded_at: datetime) -> None:
    past = [reported(b"a", at=recorded_at), reported(b"b", at=recorded_at)]

    assert len(activity_after(past).reports) == 2
