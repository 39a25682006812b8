"""Searching activities and work orders over HTTP."""

from typing import Any

import pytest

from tests.callers import Caller
from tests.interfaces.api.asking import Asking, ids


@pytest.fixture
def asking(caller: Caller) -> Asking:
    return Asking(caller)


@pytest.fixture
def unlinked(waiting_caller: Caller) -> Asking:
    return Asking(waiting_caller)


CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ({"status": "OPEN"}, {"Status": {"Primary": "OPEN"}}, {"Status": {"Primary": "COMPLETED"}}),
    (
        {"extendedStatus": "PARTS ON ORDER"},
        {"Status": {"Primary": "OPEN", "Extended": "PARTS ON ORDER"}},
        {"Status": {"Primary": "OPEN"}},
    ),
    ({"trade": "DOORS"}, {"Trade": "DOORS"}, {"Trade": "doors"}),
    ({"priority": "P1"}, {"Priority": "P1"}, {}),
    ({"locationId": 5}, {"LocationId": 5}, {"LocationId": 6}),
    ({"number": "W-1"}, {"Number": "W-1"}, {"Number": "W-10"}),
    ({"purchaseNumber": "PO 7"}, {"PurchaseNumber": "PO 7"}, {"PurchaseNumber": "PO 8"}),
    ({"workOrderId": 1}, {}, {}),
    (
        {"scheduledAfter": "2026-03-02T00:00:00Z"},
        {"ScheduledDate": "2026-03-02T00:00:00Z"},
        {"ScheduledDate": "2026-03-01T23:59:59Z"},
    ),
    (
        {"scheduledBefore": "2026-03-02T00:00:00Z"},
        {"ScheduledDate": "2026-03-01T23:59:59Z"},
        {"ScheduledDate": "2026-03-02T00:00:00Z"},
    ),
    ({"scheduledBefore": "2026-03-02T00:00:00Z"}, {"ScheduledDate": "2026-03-01T00:00:00Z"}, {}),
    (
        {"overdue": "true"},
        {"ScheduledDate": "2020-03-01T00:00:00Z", "Status": {"Primary": "IN PROGRESS"}},
        {"ScheduledDate": "2020-03-01T00:00:00Z", "Status": {"Primary": "INVOICED"}},
    ),
    ({"overdue": "true"}, {"ScheduledDate": "2020-03-01T00:00:00Z"}, {}),
    ({"overdue": "false"}, {}, {"ScheduledDate": "2020-03-01T00:00:00Z"}),
    (
        {"overdue": "false", "status": "OPEN"},
        {"ScheduledDate": "2999-03-01T00:00:00Z", "Status": {"Primary": "OPEN"}},
        {"ScheduledDate": "2020-03-01T00:00:00Z", "Status": {"Primary": "OPEN"}},
    ),
    (
        {"overdue": "false", "status": "OPEN"},
        {"Status": {"Primary": "OPEN"}},
        {"Status": {"Primary": "INVOICED"}},
    ),
    (
        {"overdue": "false", "status": "INVOICED"},
        {"ScheduledDate": "2020-03-01T00:00:00Z", "Status": {"Primary": "INVOICED"}},
        {"ScheduledDate": "2020-03-01T00:00:00Z", "Status": {"Primary": "COMPLETED"}},
    ),
    (
        {"text": "pump LEAKS"},
        {"Description": "The old pump, it leaks."},
        {"Description": "The old pump"},
    ),
    (
        {"text": "walk-IN \u00c4RGER"},
        {"Description": "Walk-in cooler/\u00e4rger"},
        {"Description": "Walk cooler/arger"},
    ),
    (
        {"text": "waiting"},
        {"Notes": [{"Id": 1, "NoteData": "waiting for parts"}]},
        {"Description": "wait"},
    ),
    (
        {"status": "OPEN", "trade": "DOORS", "text": "pump"},
        {"Status": {"Primary": "OPEN"}, "Trade": "DOORS", "Description": "pump"},
        {"Status": {"Primary": "OPEN"}, "Trade": "DOORS", "Description": "door"},
    ),
]


@pytest.mark.parametrize(("asked", "found", "passed_over"), CASES, ids=lambda it: str(it)[:40])
def test_a_filter_finds_what_it_asks_for_and_nothing_else(
    asking: Asking, asked: dict[str, Any], found: dict[str, Any], passed_over: dict[str, Any]
) -> None:
    asking.report(1, **found)
    asking.report(2, **passed_over)
    asking.catch_up()
    assert ids(asking, **asked) == [1]
    assert ids(asking, "/Activities", **asked) == [1]


def test_recorded_times_bound_when_the_last_report_came(asking: Asking) -> None:
    asking.report(1)
    asking.report(2)
    asking.catch_up()
    then = asking.get("/WorkOrders?workOrderId=2").json()["WorkOrders"][0]["RecordedAt"]
    assert ids(asking, recordedAfter=then) == [2]
    assert ids(asking, recordedBefore=then) == [1]


def test_activities_are_the_linked_ones_and_work_orders_all(
    asking: Asking, unlinked: Asking
) -> None:
    unlinked.report(1)
    unlinked.report(2)
    body = {"WorkOrderId": 2, "ActivityId": 12}
    unlinked.post("/Activities", body)
    asking.report(3)
    unlinked.catch_up()
    assert ids(unlinked, "/Activities") == [2]
    assert ids(unlinked, "/Activities", activityId=12) == [2]
    assert ids(unlinked, "/Activities", activityId=13) == []
    assert ids(unlinked) == [1, 2]
    assert ids(unlinked, linked="true") == [2]
    assert ids(unlinked, linked="false") == [1]


def test_a_row_tells_what_was_found(asking: Asking) -> None:
    asking.report(
        7, Number="W-7", Status={"Primary": "OPEN"}, ScheduledDate="2020-03-01T08:00:00",
        UpdatedDate_DTO="2026-03-01T00:00:00Z",
    )  # fmt: skip
    asking.catch_up()
    answer = asking.get("/Activities")
    [row] = answer.json()["Activities"]
    assert row.pop("RecordedAt") > row.pop("ReportedAt") == "2026-03-01T00:00:00Z"
    assert 0 < row.pop("Position") <= int(answer.headers["worktrail-position"])
    assert row == {
        "ClientId": str(asking.caller.keys.client_id),
        "WorkOrderId": 7,
        "ActivityId": 1,
        "Version": 2,
        "Number": "W-7",
        "PurchaseNumber": None,
        "Status": {"Primary": "OPEN", "Extended": None},
        "Trade": None,
        "Priority": None,
        "LocationId": None,
        "LocationName": None,
        "ScheduledDate": "2020-03-01T08:00:00",
        "Overdue": True,
    }


ORDERS: list[dict[str, Any]] = [
    {},
    {"scheduledAfter": "2026-01-01T00:00:00Z"},
    {"recordedAfter": "2020-01-01T00:00:00Z"},
    {"overdue": "true"},
    {"status": "OPEN"},
    {"text": "pump"},
    {"newestFirst": "true"},
]


@pytest.mark.parametrize("asked", ORDERS, ids=str)
def test_pages_tell_every_row_once_whatever_is_written_meanwhile(
    asking: Asking, asked: dict[str, Any]
) -> None:
    facts: dict[str, Any] = {"Status": {"Primary": "OPEN"}, "Description": "pump"}
    for number in range(1, 8):
        day = number // 2 + 1  # several have the same time
        asking.report(10 * number, ScheduledDate=f"2026-03-{day:02}T00:00:00Z", **facts)
    asking.catch_up()
    seen: list[int] = []
    positions: set[str] = set()
    cursor: str | None = None
    while True:
        answer = asking.get("/Activities", params={**asked, "limit": 2, "cursor": cursor or ()})
        seen += [row["WorkOrderId"] for row in answer.json()["Activities"]]
        positions.add(answer.headers["worktrail-position"])
        cursor = answer.json()["Next"]
        if cursor is None:
            break
        # One before the cursor appears, and one that was told is told of again.
        asking.report(len(seen), **facts)
        asking.report(10, Trade=f"TRADE {len(seen)}")
        asking.catch_up()
    told = [number for number in seen if number % 10 == 0]
    assert len(positions) == 1
    if "newestFirst" in asked:
        # What is reported again on the way moves before what was told already.
        assert told[0] == 70
        assert set(told) >= {20, 30, 40, 50, 60, 70}
    elif "recordedAfter" in asked:
        assert set(told) == {10 * number for number in range(1, 8)}
    else:
        assert told == [10 * number for number in range(1, 8)]


@pytest.mark.parametrize(
    "asked",
    [
        "stauts=OPEN", "status=", "status=OPEN&status=COMPLETED", "limit=0", "limit=201",
        "activityId=0", "workOrderId=x", "overdue=yes", "overdue=1", "newestFirst=yes",
        "scheduledAfter=2026-03-01", "scheduledBefore=soon", f"status={'x' * 201}", "linked=true",
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(asking: Asking, asked: str) -> None:
    answer = asking.get(f"/Activities?{asked}")
    assert (answer.status_code, answer.json()["Message"]) == (400, "The request is invalid.")
    assert list(answer.json()["ModelState"]) == [asked.partition("=")[0]]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("/WorkOrders?activityId=0", "activityId"),
        ("/WorkOrders?locationId=1.5", "locationId"),
        ("/WorkOrders?status_x=1", "status_x"),
        ("/WorkOrders/abc", "workOrderId"),
        ("/Activities/0/Events", "activityId"),
        ("/Events?after=-1", "after"),
    ],
)
def test_what_is_wrong_bears_the_name_under_which_it_was_asked(
    asking: Asking, asked: str, name: str
) -> None:
    [(told, [sentence])] = asking.get(asked).json()["ModelState"].items()
    assert told == name
    assert "regex" not in sentence


def test_a_text_of_no_words_finds_nothing(asking: Asking) -> None:
    asking.report(1, Description="pump")
    asking.catch_up()
    assert ids(asking, text="- %00 '") == []


def test_what_waits_for_an_activity_is_told_with_its_state_the_newest_first(
    unlinked: Asking,
) -> None:
    for number in (5, 6, 7):
        unlinked.report(number, Description=f"Door {number}", Number=f"N-{number}")
    body = {"WorkOrderId": 5}
    unlinked.post("/Activities", body)
    unlinked.catch_up()
    asked = {"linked": "false"}
    assert ids(unlinked, **asked) == ids(unlinked, **asked, newestFirst="true") == [7, 6]
    assert ids(unlinked, **asked, newestFirst="false") == [6, 7]
    assert ids(unlinked, **asked, text="door") == [6, 7]
    first = unlinked.get("/WorkOrders", params={**asked, "limit": 1, "include": "state"}).json()
    [row] = first["WorkOrders"]
    assert (row["WorkOrderId"], row["State"]["Description"]) == (7, "Door 7")
    second = unlinked.get("/WorkOrders", params={**asked, "limit": 1, "cursor": first["Next"]})
    [row] = second.json()["WorkOrders"]
    assert row["WorkOrderId"] == 6
    assert "State" not in row
    assert second.json()["Next"] is None
    assert unlinked.get("/WorkOrders?include=body").status_code == 400
