"""What one body says of its work order, member by member, and what cannot be read in it."""

from decimal import Decimal

import pytest

from domain.document import JsonValue
from domain.members import WORK_ORDER
from domain.notification import (
    UNREADABLE_MEMBER,
    Notification,
    Path,
    ReportWarning,
    read,
)

FULL: dict[str, JsonValue] = {
    "Id": 7,
    "Number": "7-A",
    "PurchaseNumber": "PO-7781",
    "SubscriberId": 2010000001,
    "ProviderId": 2000000002,
    "LocationId": 2006000003,
    "Status": {"Primary": "OPEN", "Extended": "DECLINED"},
    "Caller": "Store Manager",
    "CreatedBy": "Store Manager",
    "CallDate": "2025-07-07T07:38:59",
    "ReassignDate": "2025-07-07T08:00:00Z",
    "Priority": "P2 - 8 HOURS",
    "Trade": "FUEL SYSTEMS",
    "ScheduledDate": "2025-07-07T15:38:59",
    "CompletedDate": "2025-07-08T15:38:59",
    "ExpirationDate": "2025-07-09T15:38:59",
    "Description": "Leaking nozzle",
    "Category": "REPAIR",
    "Nte": Decimal("1000.0"),
    "CurrencyAlphabeticalCode": "USD",
    "ProblemCode": "Leaking",
    "Resolution": "",
    "AssetId": 4861236,
    "Source": "dashboard1775",
    "RecallWorkOrder": 5,
}


def told(members: dict[str, JsonValue]) -> Notification:
    return read({"Object": {"Id": 7, **members}})


def said(members: dict[str, JsonValue]) -> dict[Path, JsonValue]:
    """Return the facts beside the id."""
    facts = told(members).facts
    assert facts.pop(("Id",)) == 7
    return facts


def unreadable(*members: str) -> tuple[ReportWarning, ...]:
    return tuple(ReportWarning(UNREADABLE_MEMBER, f"Object.{member}") for member in members)


def test_every_member_of_the_page_is_a_fact() -> None:
    assert told(FULL).facts == {(name,): value for name, value in FULL.items()}
    assert set(FULL) == set(WORK_ORDER) - {"Notes"}


@pytest.mark.parametrize("name", sorted(set(WORK_ORDER) - {"Id"}))
def test_a_null_member_is_no_fact(name: str) -> None:
    notification = told({name: None})

    assert notification.facts == {("Id",): 7}
    assert notification.warnings == ()


@pytest.mark.parametrize("name", sorted(set(WORK_ORDER) - {"Id"}))
def test_a_member_that_cannot_be_read_costs_that_member_alone(name: str) -> None:
    notification = told({**FULL, name: [["unreadable"]]})

    expected = dict(FULL)
    expected.pop(name, None)
    assert {path[0]: value for path, value in notification.facts.items()} == expected
    places = "Notes[0]" if name == "Notes" else name
    assert notification.warnings == unreadable(places)


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"Status": {"Primary": "OPEN", "Extended": "DECLINED"}}, ("OPEN", "DECLINED")),
        ({"Status": {"Primary": "OPEN"}}, ("OPEN", None)),
        ({"Status": {"Primary": "OPEN", "Extended": None}}, ("OPEN", None)),
        ({"Status": {"Primary": "OPEN", "Extended": ""}}, ("OPEN", None)),
        ({"Status": {"Primary": "OPEN", "Extended": []}}, ("OPEN", None)),
        ({"Status": {"Primary": "OPEN", "Code": 5}}, ("OPEN", None)),
        ({"Status": {"Primary": 1}}, ("1", None)),
        ({"WorkorderStatus": {"Primary": "IN PROGRESS"}}, ("IN PROGRESS", None)),
        ({"Status": None, "WorkorderStatus": {"Primary": "OPEN"}}, ("OPEN", None)),
        ({"Status": {}, "WorkorderStatus": {"Primary": "OPEN"}}, ("OPEN", None)),
        ({"Status": "OPEN", "WorkorderStatus": {"Primary": "VOID"}}, ("VOID", None)),
        (
            {"WorkorderStatus": {"Primary": "VOID"}, "Status": {"Primary": "OPEN"}},
            ("OPEN", None),
        ),
    ],
    ids=repr,
)
def test_the_status_is_one_value_of_two_parts(
    members: dict[str, JsonValue], status: tuple[str, str | None]
) -> None:
    assert said(members) == {("Status",): dict(zip(("Primary", "Extended"), status, strict=True))}


@pytest.mark.parametrize("status", [{}, {"Primary": None}, {"Primary": "", "Extended": ""}, None])
def test_a_status_without_a_word_is_none(status: JsonValue) -> None:
    assert said({"Status": status, "WorkorderStatus": status}) == {}


def test_what_is_unreadable_inside_a_status_is_named_by_its_place() -> None:
    notification = told({"Status": {"Primary": "OPEN", "Extended": []}, "WorkorderStatus": "OPEN"})

    assert notification.warnings == unreadable("Status.Extended", "WorkorderStatus")


def test_members_beyond_the_page_are_facts_as_they_were_sent() -> None:
    beyond: dict[str, JsonValue] = {
        "Technician": {"Id": 5, "CertificateId": None},
        "Labels": [],
        "HasVerbalApproval": False,
        "UpdatedDate_DTO": "2025-07-08T06:00:00-04:00",
        "label": "",
    }

    assert said({**beyond, "Attachments": None}) == {
        ("Beyond", name): value for name, value in beyond.items()
    }


def test_an_unreadable_time_beyond_the_page_is_a_fact_and_a_warning() -> None:
    notification = told({"UpdatedDate_DTO": "soon"})

    assert notification.facts["Beyond", "UpdatedDate_DTO"] == "soon"
    assert notification.warnings == unreadable("UpdatedDate_DTO")


def test_a_visit_s_own_id_is_beyond_the_page() -> None:
    facts = read({"Object": {"Id": 1, "WorkOrderId": 7, "Action": "Check In"}}).facts

    assert facts == {("Id",): 7, ("Beyond", "Id"): 1, ("Beyond", "Action"): "Check In"}
