"""Cursors go on with the search that they were given for, and with no other."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec import msgpack
from msgspec.structs import fields, replace

from application.query_ports import Search
from interfaces.api.cursors import BadCursorError, question, unwritten, written
from tests.callers import Caller
from tests.interfaces.api.asking import Asking, ids

MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "Status": {"Primary": "OPEN", "Extended": "PARTS ON ORDER"},
    "Trade": "DOORS",
    "Priority": "P1",
    "Number": "W-1",
    "PurchaseNumber": "PO 7",
    "LocationId": 5,
    "Description": "pump",
    "ScheduledDate": "2026-03-01T00:00:00Z",
}
BEFORE, AFTER, LATER = "2026-02-01T00:00:00Z", "2999-03-01T00:00:00Z", "2999-03-02T00:00:00Z"


@pytest.fixture
def asking(caller: Caller) -> Asking:
    asking = Asking(caller)
    for number in (1, 2, 3):
        asking.report(number, **FACTS)
    asking.catch_up()
    return asking


def given(asking: Asking, path: str = "/WorkOrders", **asked: Any) -> str:
    """Return the cursor that the first page of a search names."""
    cursor: str = asking.get(path, params={**asked, "limit": 1}).json()["Next"]
    return cursor


@pytest.mark.parametrize(
    ("asked", "others"),
    [
        ({}, {"status": "OPEN"}),
        ({"status": "OPEN"}, {}),
        ({"status": "OPEN"}, {"status": "COMPLETED"}),
        ({"extendedStatus": "PARTS ON ORDER"}, {"status": "PARTS ON ORDER"}),
        ({"trade": "DOORS"}, {"trade": "doors"}),
        ({"priority": "P1"}, {"priority": "P2"}),
        ({"number": "W-1"}, {"number": "W-2"}),
        ({"purchaseNumber": "PO 7"}, {"number": "PO 7"}),
        ({"locationId": 5}, {"locationId": 6}),
        ({"text": "pump"}, {"text": "door"}),
        ({"scheduledAfter": BEFORE}, {"scheduledBefore": BEFORE}),
        ({"scheduledBefore": AFTER}, {"scheduledBefore": LATER}),
        ({"recordedAfter": BEFORE}, {"recordedAfter": BEFORE, "status": "OPEN"}),
        ({"recordedBefore": AFTER}, {"recordedBefore": LATER}),
        ({"overdue": "true"}, {"scheduledBefore": AFTER}),
        ({"overdue": "true"}, {"overdue": "false"}),
        ({"newestFirst": "true"}, {}),
        ({"newestFirst": "true"}, {"newestFirst": "true", "trade": "DOORS"}),
        ({"linked": "true"}, {}),
        ({"linked": "true"}, {"linked": "false", "newestFirst": "false"}),
    ],
    ids=str,
)
def test_a_cursor_of_another_search_is_refused(
    asking: Asking, asked: dict[str, Any], others: dict[str, Any]
) -> None:
    cursor = given(asking, **asked)
    assert len(ids(asking, **asked, cursor=cursor)) == 2
    answer = asking.get("/WorkOrders", params={**others, "cursor": cursor})
    assert (answer.status_code, answer.json()) == (400, {"Message": str(BadCursorError())})
    assert "cursor" in answer.json()["Message"]


def test_a_cursor_of_the_open_activities_is_none_of_all_work_orders(asking: Asking) -> None:
    cursor = given(asking, "/Activities")
    assert ids(asking, "/Activities", cursor=cursor) == [2, 3]
    assert asking.get("/WorkOrders", params={"cursor": cursor}).status_code == 400


def test_a_cursor_of_what_waits_for_an_activity_goes_on_with_that_alone(
    waiting_caller: Caller,
) -> None:
    waiting = Asking(waiting_caller)
    for number in (1, 2, 3):
        waiting.report(number, **FACTS)
    waiting.catch_up()
    cursor = given(waiting, linked="false")
    assert ids(waiting, linked="false", cursor=cursor) == [2, 1]
    for others in ({"newestFirst": "true"}, {"linked": "false", "trade": "DOORS"}):
        assert waiting.get("/WorkOrders", params={**others, "cursor": cursor}).status_code == 400


def test_a_cursor_of_another_client_is_refused(asking: Asking, waiting_caller: Caller) -> None:
    cursor = given(asking)
    answer = Asking(waiting_caller).get("/WorkOrders", params={"cursor": cursor})
    assert answer.status_code == 400


def test_what_a_page_holds_of_each_row_and_how_many_may_change_on_the_way(asking: Asking) -> None:
    asked = {"scheduledAfter": "2026-02-01T01:00:00+01:00", "trade": "DOORS"}
    cursor = given(asking, **asked)
    assert ids(asking, **asked, cursor=cursor, limit=1, include="state") == [2]
    # The same time, written otherwise.
    same = {"trade": "DOORS", "scheduledAfter": "2026-02-01T00:00:00.000Z"}
    assert ids(asking, **same, cursor=cursor, limit=2) == [2, 3]


def test_every_filter_makes_a_question_of_its_own() -> None:
    client_id = UUID(int=1)
    filters = {field.name: field.type for field in fields(Search) if field.name != "at"}
    asked = [Search(MOMENT), *(_by(name, type_) for name, type_ in filters.items())]
    questions = {question(client_id, search) for search in asked}
    assert len(questions) == len(asked) == 1 + len(filters)
    assert question(client_id, Search(MOMENT)) == question(client_id, Search(datetime.now(UTC)))
    assert question(UUID(int=2), Search(MOMENT)) not in questions


def _by(name: str, type_: object) -> Search:
    values: dict[str, Any] = {"bool": True, "int": 1, "str": "1", "datetime": MOMENT}
    [value] = [value for kind, value in values.items() if kind in str(type_)]
    return Search(MOMENT, **{name: value})


@pytest.mark.parametrize(("bound", "told"), [(1, [2, 3, 4]), (2, [2, 3, 4]), (3, [3, 4])])
def test_a_forged_cursor_only_begins_at_another_place(
    caller: Caller, bound: int, told: list[int]
) -> None:
    asking = Asking(caller)
    for day in range(1, 5):
        asking.report(day, ScheduledDate=f"2026-03-0{day}T00:00:00Z")
    asking.catch_up()
    asked = {"scheduledAfter": f"2026-03-0{bound}T00:00:00Z"}
    forged = replace(unwritten(given(asking, **asked)), at=MOMENT, work_order_id=1)
    assert ids(asking, **asked, cursor=written(forged)) == told


def test_a_cursor_that_an_earlier_release_gave_is_refused(asking: Asking) -> None:
    cursor = unwritten(given(asking))
    earlier = msgpack.encode([1, "work-order", None, cursor.work_order_id, cursor.position])
    for packed in (earlier, msgpack.encode([2, *msgpack.decode(earlier)[1:]])):
        answer = asking.get("/WorkOrders", params={"cursor": urlsafe(packed)})
        assert (answer.status_code, answer.json()) == (400, {"Message": str(BadCursorError())})


def urlsafe(packed: bytes) -> str:
    return urlsafe_b64encode(packed).rstrip(b"=").decode("ascii")


@pytest.mark.parametrize(
    "cursor", ["x", "é", "=", "AAAA", "lQGqd29yay1vcmRlcsAAzwAA", "%00", "a" * 200]
)
def test_what_is_no_cursor_is_refused(asking: Asking, cursor: str) -> None:
    answer = asking.get(f"/Activities?cursor={cursor}")
    assert answer.status_code == 400
    assert answer.json()["Message"]
