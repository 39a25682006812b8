"""When the sender says that it happened: the first of its members that names a point in time."""

from datetime import UTC, datetime

import pytest

from domain.document import JsonValue
from domain.notification import read

NINE, TEN = "2025-07-08T09:00:00-00:00", "2025-07-08T10:00:00Z"
BARE_EIGHT = "2025-07-08T08:00:00"

ORDERING = ["UpdatedDate_DTO", "DateDTO", "UpdatedDate", "Date"]
CREATED = ["CreatedDate_DTO", "CallDate_DTO"]


def reported_at(members: dict[str, JsonValue], **envelope: JsonValue) -> datetime | None:
    return read({"Object": {"Id": 7, **members}, **envelope}).reported_at


def at(hour: int) -> datetime:
    return datetime(2025, 7, 8, hour, tzinfo=UTC)


@pytest.mark.parametrize("name", ORDERING)
def test_each_of_the_ordering_members_says_when(name: str) -> None:
    assert reported_at({name: NINE}) == at(9)


@pytest.mark.parametrize("earlier", range(3))
def test_the_members_are_asked_in_order(earlier: int) -> None:
    """The order of the members in the body means nothing."""
    told: dict[str, JsonValue] = dict.fromkeys(reversed(ORDERING[earlier + 1 :]), TEN)

    assert reported_at({**told, ORDERING[earlier]: NINE}) == at(9)


@pytest.mark.parametrize("name", ORDERING)
@pytest.mark.parametrize("nothing", [BARE_EIGHT, "07/08/2025 08:00", None, "", "soon", 8], ids=repr)
def test_a_member_that_names_no_point_in_time_is_passed_over(name: str, nothing: JsonValue) -> None:
    others = [other for other in ORDERING if other != name]

    assert reported_at({name: nothing}) is None
    assert reported_at({name: nothing, others[0]: NINE}) == at(9)


@pytest.mark.parametrize(
    "envelope",
    [{"Action": "NEW"}, {"EventType": "WorkOrderCreated"}],
    ids=["a new object", "a created work order"],
)
def test_a_created_report_may_fall_back_on_its_creation(envelope: dict[str, JsonValue]) -> None:
    created, called = CREATED

    assert reported_at({created: NINE, called: TEN}, **envelope) == at(9)
    assert reported_at({created: BARE_EIGHT, called: TEN}, **envelope) == at(10)
    assert reported_at({created: NINE, "Date": TEN}, **envelope) == at(10)


@pytest.mark.parametrize("name", CREATED)
def test_any_other_report_does_not_speak_of_its_creation(name: str) -> None:
    assert reported_at({name: NINE}, Action="UPDATE", EventType="WorkOrderNoteAdded") is None


@pytest.mark.parametrize("name", ["CallDate", "ScheduledDate", "CompletedDate", "ExpirationDate"])
def test_dates_of_the_work_order_itself_order_no_reports(name: str) -> None:
    assert reported_at({name: NINE}, Action="NEW", EventType="WorkOrderCreated") is None


def test_an_offset_is_converted() -> None:
    assert reported_at({"UpdatedDate_DTO": "2025-07-08T06:00:00.1234567-04:00"}) == at(10).replace(
        microsecond=123_456
    )
