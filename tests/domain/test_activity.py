"""When an activity is opened and released, which id it gets, and what a delivery may open."""

from collections.abc import Sequence

import pytest

from domain.activity import REPORTED_IN_FUTURE
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
    ActivityPast,
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

Pasts = Sequence[ActivityPast]


def test_an_activity_may_be_opened_before_anything_is_reported() -> None:
    given().when(open_activity(7, reason="asked by phone")).then(opened(7, reason="asked by phone"))


def test_an_activity_may_be_opened_after_any_number_of_reports() -> None:
    given(reported(b"a"), reported(b"b")).when(open_activity(7)).then(opened(7))


@pytest.mark.parametrize("wanted", [7, None], ids=["the same id", "any id"])
def test_opening_what_is_open_already_changes_nothing(wanted: int | None) -> None:
    given(opened(7)).when(open_activity(wanted)).then()


def test_a_work_order_has_one_open_activity_at_a_time() -> None:
    refusal = given(opened(7)).when(open_activity(8)).refused(ActivityAlreadyOpenError)

    assert (refusal.work_order_id, refusal.activity_id) == (WORK_ORDER, 7)


@pytest.mark.parametrize("again", [7, 8], ids=["under the same id", "under another id"])
def test_a_released_work_order_is_opened_again_on_request(again: int) -> None:
    given(opened(7), released(7)).when(open_activity(again)).then(opened(again))


def test_a_release_says_which_id_and_why() -> None:
    given(opened(7)).when(release(7, reason="sold")).then(released(7, reason="sold"))


@pytest.mark.parametrize(
    "past",
    [
        pytest.param([], id="nothing on record"),
        pytest.param([reported(b"a")], id="reported, never opened"),
        pytest.param([opened(8)], id="another id is open"),
        pytest.param([opened(7), released(7)], id="released already"),
    ],
)
def test_only_the_open_activity_can_be_released(past: Pasts) -> None:
    refusal = given(*past).when(release(7)).refused(ActivityNotOpenError)

    assert (refusal.activity_id, refusal.work_order_id) == (7, WORK_ORDER)


@pytest.mark.parametrize(
    ("elsewhere", "first_id", "minted"),
    [
        pytest.param([], 1, 1, id="the first of all"),
        pytest.param([], 5_000, 5_000, id="from the client's first id on"),
        pytest.param([opened(41)], 1, 42, id="one more than the highest open"),
        pytest.param([opened(41), released(41)], 1, 42, id="one more than the highest ever opened"),
        pytest.param([opened(41), released(41), opened(3)], 1, 42, id="gaps are not filled"),
        pytest.param([opened(41)], 5_000, 5_000, id="lower ids than the first do not count"),
        pytest.param([opened(5_000)], 5_000, 5_001, id="the first id is used once"),
        pytest.param([opened(HIGHEST_ACTIVITY_ID - 1)], 1, HIGHEST_ACTIVITY_ID, id="the last one"),
    ],
)
def test_without_a_wanted_id_the_client_s_next_one_is_minted(
    elsewhere: Pasts, first_id: int, minted: int
) -> None:
    known = given(elsewhere=elsewhere, first_id=first_id)

    known.when(open_activity()).then(opened(minted))
    known.when(report(b"a", policy=True)).then(reported(b"a"), opened(minted, cause="policy"))


@pytest.mark.parametrize("wanted", [1, 7, HIGHEST_ACTIVITY_ID])
def test_any_free_id_of_the_contract_s_integer_may_be_wanted(wanted: int) -> None:
    given(first_id=5_000).when(open_activity(wanted)).then(opened(wanted))


@pytest.mark.parametrize("wanted", [0, -1, HIGHEST_ACTIVITY_ID + 1])
def test_an_id_outside_the_contract_s_integer_is_refused(wanted: int) -> None:
    refusal = given().when(open_activity(wanted)).refused(ActivityIdRangeError)

    assert refusal.activity_id == wanted
    assert HIGHEST_ACTIVITY_ID == 2_147_483_647


def test_an_id_that_is_open_on_another_work_order_is_refused() -> None:
    refusal = given(elsewhere=[opened(7)]).when(open_activity(7)).refused(ActivityIdTakenError)

    assert (refusal.activity_id, refusal.work_order_id) == (7, ANOTHER_WORK_ORDER)


def test_an_id_released_elsewhere_may_be_opened_here() -> None:
    given(elsewhere=[opened(7), released(7)]).when(open_activity(7)).then(opened(7))


OUT_OF_IDS: Pasts = [opened(HIGHEST_ACTIVITY_ID), released(HIGHEST_ACTIVITY_ID)]


def test_out_of_ids_nothing_is_minted_on_request() -> None:
    given(elsewhere=OUT_OF_IDS).when(open_activity()).refused(ActivityIdsExhaustedError)


def test_out_of_ids_a_delivery_is_recorded_and_opens_nothing() -> None:
    warned = reported(b"a", warnings=("ActivityIdsExhausted",))
    given(elsewhere=OUT_OF_IDS).when(report(b"a", policy=True)).then(warned)


def test_out_of_ids_to_mint_a_free_one_may_still_be_wanted() -> None:
    given(elsewhere=OUT_OF_IDS).when(open_activity(HIGHEST_ACTIVITY_ID)).then(
        opened(HIGHEST_ACTIVITY_ID)
    )


def test_without_the_policy_a_delivery_opens_nothing() -> None:
    given().when(report(b"a")).then(reported(b"a"))


def test_with_the_policy_the_first_delivery_opens_an_activity() -> None:
    given().when(report(b"a", policy=True)).then(reported(b"a"), opened(1, cause="policy"))


@pytest.mark.parametrize(
    "past",
    [
        pytest.param([reported(b"a"), opened(7, cause="policy")], id="opened by the policy"),
        pytest.param([opened(7)], id="opened on request"),
        pytest.param([opened(7, cause="policy"), released(7)], id="released"),
        pytest.param([opened(7), released(7)], id="opened on request and released"),
    ],
)
def test_the_policy_opens_once_and_never_after_a_release(past: Pasts) -> None:
    given(*past).when(report(b"b", policy=True)).then(reported(b"b"))


def test_a_repeated_delivery_opens_nothing() -> None:
    given(reported(b"a")).when(report(b"a", policy=True)).then(repeated(b"a", of=1))


def test_a_test_notification_is_recorded_and_opens_nothing() -> None:
    given().when(report(b"a", test=True, policy=True)).then(reported(b"a", test=True))


def test_a_test_notification_does_not_use_up_the_policy_s_opening() -> None:
    given(reported(b"a", test=True)).when(report(b"b", policy=True)).then(
        reported(b"b"), opened(1, cause="policy")
    )


def test_a_time_reported_after_the_arrival_is_a_warning() -> None:
    """However late the decision is: a delivery may wait, in quarantine for one."""
    later = after(microseconds=1)

    given().when(report(b"a", arrived_at=NOON, reported_at=later, now=after(hours=1))).then(
        reported(b"a", reported_at=later, warnings=(REPORTED_IN_FUTURE,))
    )


def test_a_time_reported_up_to_the_arrival_is_no_warning() -> None:
    given().when(report(b"a", arrived_at=NOON, reported_at=NOON, now=after(hours=1))).then(
        reported(b"a", reported_at=NOON)
    )
