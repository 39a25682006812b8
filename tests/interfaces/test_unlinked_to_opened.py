"""A work order that nobody follows, over HTTP: reported, found, decided on, and opened."""

from typing import Any

import httpx

from tests.callers import Caller
from tests.interfaces.api.asking import Asking

FIRST: dict[str, Any] = {
    "Number": "N-7", "PurchaseNumber": "PO-7", "Trade": "DOORS", "LocationName": "Harbour",
    "Status": {"Primary": "OPEN", "Extended": ""},
    "Notes": [{"Id": 70, "NoteData": "The left one sticks."}],
}  # fmt: skip
LATER: dict[str, Any] = {
    "Priority": "P1",
    "Status": {"Primary": "IN PROGRESS", "Extended": "ON SITE"},
    "Notes": [{"Id": 71, "NoteData": "Parts are ordered."}],
}
EVERYTHING: dict[str, Any] = FIRST | LATER
NOTES = {70: "The left one sticks.", 71: "Parts are ordered."}


def test_what_was_reported_of_an_unlinked_work_order_is_there_when_it_is_opened(
    waiting_caller: Caller,
) -> None:
    asking = Asking(waiting_caller)
    asking.report(6, Trade="HVAC")
    asking.report(7, "WorkOrderCreated", **FIRST)
    asking.report(8, Trade="FUEL")
    asking.report(7, "WorkOrderUpdated", **LATER)
    asking.catch_up()

    for rows in (over_http(asking), by_command(asking)):
        assert [row["WorkOrderId"] for row in rows] == [7, 8, 6]
        check(rows[0]["State"])

    opened = httpx.post(
        f"{asking.root}/Activities", headers=asking.headers, json={"WorkOrderId": 7}, timeout=20
    )
    assert opened.status_code in {200, 201}, opened.text
    activity_id = opened.json()["ActivityId"]
    asking.catch_up()
    told = asking.get(f"/Activities/{activity_id}").json()
    assert (told["WorkOrderId"], told["ActivityId"]) == (7, activity_id)
    check(told["State"])
    history = asking.get(f"/Activities/{activity_id}/History").json()
    assert [event["Name"] for event in history["Events"]] == [
        "WorkOrderReported", "WorkOrderReported", "ActivityOpened",
    ]  # fmt: skip
    for rows in (over_http(asking), by_command(asking)):
        assert [row["WorkOrderId"] for row in rows] == [8, 6]


def over_http(asking: Asking) -> list[dict[str, Any]]:
    asked = {"linked": "false", "newestFirst": "true", "include": "state"}
    rows: list[dict[str, Any]] = asking.get("/WorkOrders", params=asked).json()["WorkOrders"]
    return rows


def by_command(asking: Asking) -> list[dict[str, Any]]:
    caller = asking.caller
    rows: list[dict[str, Any]] = caller.service.json(
        "activities", "unlinked", str(caller.keys.client_id)
    )
    return rows


def check(state: dict[str, Any]) -> None:
    """Check that the state has everything that both reports said, the later word last."""
    for name in ("Number", "PurchaseNumber", "Trade", "Priority", "Status"):
        assert state[name] == EVERYTHING[name]
    assert state["Beyond"]["LocationName"] == EVERYTHING["LocationName"]
    assert {note["Id"]: note["NoteData"] for note in state["Notes"]} == NOTES
