"""Fetched records: put on record as they were compared, and without any other consequence."""

from domain.activity import RecentReport
from domain.errors import WorkOrderMovedOnError
from tests.domain.activities import (
    WORK_ORDER,
    activity_after,
    given,
    opened,
    reconcile,
    reconciled,
    repeated,
    report,
    reported,
)
from tests.domain.given import NOON, after


def test_records_are_put_on_record_in_order() -> None:
    given(reported(b"a")).when(reconcile(b"{}", b"[]", version=1)).then(
        reconciled(b"{}"), reconciled(b"[]")
    )


def test_a_stream_begins_with_a_record_where_nothing_was_reported() -> None:
    given().when(reconcile(b"{}", version=0)).then(reconciled(b"{}"))


def test_what_moved_on_since_it_was_compared_is_refused() -> None:
    refusal = given(reported(b"a"), opened(7)).when(reconcile(b"{}", version=1))
    assert refusal.refused(WorkOrderMovedOnError).work_order_id == WORK_ORDER


def test_a_time_yet_to_come_is_warned_of() -> None:
    given().when(reconcile(b"{}", version=0, reported_at=after(microseconds=1))).then(
        reconciled(b"{}", reported_at=after(microseconds=1), warnings=("ReportedInFuture",))
    )
    given().when(reconcile(b"{}", version=0, reported_at=NOON)).then(reconciled(b"{}"))


def test_a_record_between_a_delivery_and_its_second_sending_hides_nothing() -> None:
    past = (reported(b"a"), reconciled(b"{}"))
    given(*past).when(report(b"a")).then(repeated(of=1))


def test_the_policy_opens_on_the_first_report_behind_a_record() -> None:
    given(reconciled(b"{}")).when(report(b"a", policy=True)).then(
        reported(b"a"), opened(1, cause="policy")
    )


def test_a_record_is_no_report_that_could_be_repeated() -> None:
    activity = activity_after([reconciled(b"{}"), reported(b"a")])
    assert activity.version == 2
    assert [report.version for report in activity.reports] == [2]
    assert isinstance(activity.reports[0], RecentReport)
