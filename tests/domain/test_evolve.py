"""What an activity remembers for its decisions: little, and the same for the same past."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate

import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from domain.activity import Activity, RecentReport, mark
from tests.domain.activities import (
    ActivityPast,
    activity_after,
    opened,
    released,
    repeated,
    reported,
)
from tests.domain.given import NOON, after
from tests.domain.strategies import activity_events, bounded, pasts, seconds_between

any_past = pasts(activity_events)
sparse = st.lists(seconds_between, max_size=10)
dense = st.lists(st.integers(0, 3), min_size=30, max_size=40)


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
            RecentReport(mark(sha256(b"a").digest(), "default"), 1, NOON, timed=True),
            RecentReport(mark(sha256(b"b").digest(), "default"), 4, after(minutes=6), timed=False),
        ),
    )


def test_a_released_activity_has_no_id_and_was_opened_before() -> None:
    activity = activity_after([opened(7), released(7)])

    assert (activity.activity_id, activity.opened_before) == (None, True)


@whatever(sparse | dense)
@bounded
def test_the_newest_reports_are_remembered_and_no_others(steps: list[int]) -> None:
    """At most 32, none older than 24 hours before the newest, by the events' own times."""
    moments = [NOON + timedelta(seconds=seconds) for seconds in accumulate(steps)]
    expected = [at for at in moments[-32:] if moments[-1] - at <= timedelta(hours=24)]

    activity = activity_after(reported(b"a", at=at) for at in moments)

    assert [known.recorded_at for known in activity.reports] == expected


@whatever(any_past)
@bounded
def test_every_event_is_taken_after_any_other_and_counts_once(past: list[ActivityPast]) -> None:
    """Even where no decision would ever put it there."""
    assert activity_after(past).version == len(past)


@whatever(any_past, st.integers(0, 12))
@bounded
def test_a_past_folded_in_parts_gives_the_same_state(past: list[ActivityPast], cut: int) -> None:
    so_far = activity_after(past[:cut])

    assert activity_after(past[cut:], so_far) == activity_after(past)


@pytest.mark.parametrize("recorded_at", [datetime(1, 1, 1, tzinfo=UTC), NOON])
def test_no_moment_is_too_early_to_look_back(recorded_at: datetime) -> None:
    past = [reported(b"a", at=recorded_at), reported(b"b", at=recorded_at)]

    assert len(activity_after(past).reports) == 2
