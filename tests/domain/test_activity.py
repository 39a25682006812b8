"""When an activity is opened and released, which id it gets, and what a delivery may open."""

import pytest

from domain.activity import REPORTED_IN_FUTURE, Activity
from domain.errors import (
    ActivityAlreadyOpenError,
    ActivityIdRangeError,
    ActivityIdsExhaustedError,
    ActivityIdTakenError,
    ActivityNotOpenError,
)
from domain.identity import HIGHEST_ACTIVITY_ID
from tests.domain.activities import (
    ANOTHER_WORK_ORDER,
    WORK_ORDER,
    activity_after,
    given,
    open_activity,
    opened,
    release,
    released,
    repeated,
    report,
    reported,
)
from tests.domain.given import NOON, after


def test_an_activity_may_be_opened_before_anything_is_reported() -> None:
    given().when(open_activity(7, reason="asked by phone")).then(
        opened(7, reason="asked by phone")
    )


def test_an_activity_may_be_opened_long_after_the_first_report() -> None:
    given(reported(b"a"), reported(b"b")).when(open_activity(7)).then(opened(7))


@pytest.mark.parametrize("wanted", [7, None], ids=["the same id", "any id"])
def test_opening_what_is_open_changes_nothing(wanted: int | None) -> None:
    given(opened(7)).when(open_activity(wanted)).then()


def test_a_work_order_has_one_open_activity_at_a_time() -> None:
    refusal = given(opened(7)).when(open_activity(8)).refused(ActivityAlreadyOpenError)

    assert (refusal.work_order_id, refusal.activity_id) == (WORK_ORDER, 7)


@pytest.mark.parametrize("again", [7, 8], ids=["under its id", "under another id"])
def test_a_released_work_order_is_opened_again_on_request(again: int) -> None:
    given(opened(7), released(7)).when(open_activity(again)).then(opened(again))


def test_a_release_says_why() -> None:
    given(opened(7)).when(release(7, reason="sold")).then(released(7, reason="sold"))


@pytest.mark.parametrize(
    "past",
    [
        pytest.param([], id="never opened"),
        pytest.param([reported(b"a")], id="only reported"),
        pytest.param([opened(8)], id="another id is open"),
        pytest.param([opened(7), released(7)], id="released already"),
    ],
)
def test_only_the_open_activity_is_released(past: list[object]) -> None:
    ...
