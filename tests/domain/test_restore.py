"""A log that was restored goes on beyond what may be lost, and its holes are explained."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from domain.errors import WorktrailError
from domain.identity import HIGHEST_ACTIVITY_ID
from domain.log_epochs import LastActivityId, LogRestored
from domain.record import RecordedEvent
from domain.restore import (
    EmptyLogError,
    FoundLog,
    NothingLostError,
    RecordRestore,
    TooFewIdsError,
    restore,
)
from tests.recorded import recorded, report

CLIENT = UUID("0192f0c1-0000-7000-8000-00000000000a")
OTHER = UUID("0192f0c1-0000-7000-8000-00000000000b")
FOUND_AT = datetime(2026, 3, 2, tzinfo=UTC)
LATEST = LogRestored(epoch=2, restored_end=900, first_position=1_200)


def found(
    end: int = 1_200,
    *,
    idle: timedelta = timedelta(),
    known: int = 0,
    ids: dict[UUID, int] | None = None,
    latest: LogRestored | None = None,
) -> FoundLog:
    return FoundLog(
        found_at=FOUND_AT,
        end=end,
        last_recorded_at=FOUND_AT - idle if end else None,
        known_position=max(end, known),
        highest_ids=ids or {},
        latest=latest,
    )


def at(position: int, event: LogRestored | None = None) -> RecordedEvent:
    return replace(recorded(event or report()), position=position)


def test_the_log_goes_on_right_behind_the_last_known_position() -> None:
    assert restore(found(), RecordRestore(1_500, reason="the disk broke")) == LogRestored(
        epoch=2, restored_end=1_200, first_position=1_501, reason="the disk broke"
    )


@pytest.mark.parametrize(
    ("idle", "first"),
    [
        (timedelta(), 2_000_001),
        (timedelta(seconds=-30), 2_000_001),
        (timedelta(seconds=50), 2_000_001),
        (timedelta(hours=1), 73_000_001),
        (timedelta(days=1), 1_729_000_001),
    ],
)
def test_where_nobody_knows_it_more_is_passed_over_than_could_be_written(
    idle: timedelta, first: int
) -> None:
    event = restore(found(idle=idle), RecordRestore())
    assert event is not None
    assert (event.first_position, event.is_assumed) == (first, True)


def test_what_the_rest_of_the_database_tells_of_is_passed_over_too() -> None:
    event = restore(found(known=1_800), RecordRestore(1_500))
    assert event is not None
    assert event.first_position == 1_801


@pytest.mark.parametrize("last", [1, 1_199, 1_200])
def test_a_last_position_that_the_log_has_is_refused(last: int) -> None:
    with pytest.raises(NothingLostError, match=f"position 1200, and {last} is not beyond it"):
        restore(found(), RecordRestore(last))


def test_an_empty_log_needs_the_last_position() -> None:
    with pytest.raises(EmptyLogError):
        restore(found(0), RecordRestore())
    event = restore(found(0), RecordRestore(70))
    assert event is not None
    assert (event.restored_end, event.first_position) == (0, 71)


@pytest.mark.parametrize("last", [None, 1_000, 1_199])
def test_an_epoch_that_just_began_is_not_begun_again(last: int | None) -> None:
    assert restore(found(latest=LATEST, ids={CLIENT: 9}), RecordRestore(last, {CLIENT: 9})) is None


def test_an_epoch_that_just_began_is_followed_by_one_where_more_is_known() -> None:
    further = restore(found(latest=LATEST, ids={CLIENT: 9}), RecordRestore(1_500))
    assert further is not None
    assert (further.epoch, further.restored_end, further.first_position) == (3, 1_200, 1_501)

    ids = restore(found(latest=LATEST, ids={CLIENT: 9}), RecordRestore(None, {CLIENT: 10}))
    assert ids is not None
    assert (ids.first_position, ids.lost, ids.is_assumed) == (1_201, 0, False)
    assert ids.activity_ids == (LastActivityId(CLIENT, 10),)


def test_a_log_that_went_on_can_be_restored_again() -> None:
    event = restore(found(1_250, latest=LATEST), RecordRestore(1_300))
    assert event is not None
    assert (event.epoch, event.restored_end, event.first_position) == (3, 1_250, 1_301)


@pytest.mark.parametrize(
    ("last", "given", "passed"),
    [
        (1_500, {}, {CLIENT: 307, OTHER: 5_299}),
        (1_500, {CLIENT: 50}, {CLIENT: 50, OTHER: 5_299}),
        (1_500, {CLIENT: 7, OTHER: 3}, {}),
        (None, {}, {CLIENT: 1_000_007, OTHER: 1_004_999}),
        (90_000_000, {}, {CLIENT: 1_000_007, OTHER: 1_004_999}),
    ],
)
def test_no_more_ids_are_passed_over_than_can_be_lost(
    last: int | None, given: dict[UUID, int], passed: dict[UUID, int]
) -> None:
    event = restore(found(ids={CLIENT: 7, OTHER: 4_999}), RecordRestore(last, given))
    assert event is not None
    assert {it.client_id: it.activity_id for it in event.activity_ids} == passed


def test_a_client_whose_ids_would_run_out_needs_its_last_one() -> None:
    looked = found(ids={CLIENT: HIGHEST_ACTIVITY_ID - 10})
    with pytest.raises(TooFewIdsError, match=str(CLIENT)):
        restore(looked, RecordRestore(1_500))
    event = restore(looked, RecordRestore(1_500, {CLIENT: HIGHEST_ACTIVITY_ID}))
    assert event is not None
    assert event.activity_ids == (LastActivityId(CLIENT, HIGHEST_ACTIVITY_ID),)


def test_refusals_are_sentences() -> None:
    for error in (EmptyLogError(), NothingLostError(1, 2), TooFewIdsError(CLIENT)):
        assert isinstance(error, WorktrailError)
        assert str(error).endswith(".")


@pytest.mark.parametrize(
    ("event", "before", "comes"),
    [
        (at(8), 7, True),
        (at(9), 7, False),
        (at(8), 8, False),
        (at(1), 0, True),
        (at(1_200, LATEST), 900, True),
        (at(1_200, LATEST), 899, False),
        (at(1_200, LATEST), 901, False),
        (at(1_201, LATEST), 900, False),
    ],
)
def test_only_an_epochs_own_hole_is_explained(
    event: RecordedEvent, before: int, comes: bool
) -> None:
    assert event.comes_next(before) is comes
