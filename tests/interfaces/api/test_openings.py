"""A list of activities over HTTP: all of it is checked first, and then opened."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.callers import Caller
from tests.interfaces.api.asking import Asking


@pytest.fixture
def asking(waiting_caller: Caller) -> Asking:
    """Asks for a client with three work orders that nobody follows."""
    asking = Asking(waiting_caller)
    asking.report(1, Number="N-1", PurchaseNumber="P-1")
    asking.report(2, Number="N-2", PurchaseNumber="P-2")
    asking.report(3, Number="N-3", PurchaseNumber="P-2")
    asking.catch_up()
    return asking


def post(asking: Asking, *items: dict[str, Any], **options: Any) -> httpx.Response:
    return asking.post("/Activities", list(items), **options)


def open_now(asking: Asking) -> list[tuple[int, int]]:
    links = asking.caller.adapters.links.open_links(asking.caller.keys.client_id, 0, 10)
    return [(link.work_order_id, link.activity_id) for link in links]


def test_work_orders_are_named_by_id_number_or_purchase_number(asking: Asking) -> None:
    answer = post(
        asking,
        {"Number": "N-2", "ActivityId": 12, "Reason": "from the CRM"},
        {"PurchaseNumber": "P-1", "ActivityId": 11},
        {"WorkOrderId": 9, "ActivityId": 19},
        {"WorkOrderId": 3},
    )
    assert answer.status_code == 200, answer.text
    told = [(row["WorkOrderId"], row["ActivityId"]) for row in answer.json()]
    assert told[:3] == [(2, 12), (1, 11), (9, 19)]
    assert told[3][0] == 3
    assert sorted(open_now(asking)) == sorted(told)


def test_a_second_time_changes_nothing(asking: Asking) -> None:
    items: list[dict[str, Any]] = [
        {"Number": "N-1", "ActivityId": 11},
        {"WorkOrderId": 2, "ActivityId": 12},
    ]
    first = post(asking, *items[:1])
    again = post(asking, *items)
    assert (first.status_code, again.status_code) == (200, 200)
    assert open_now(asking) == [(1, 11), (2, 12)]
    assert post(asking, {"WorkOrderId": 1}).json()[0]["ActivityId"] == 11


def test_where_one_item_is_wrong_nothing_is_opened_and_each_says_what_is_wrong(
    asking: Asking,
) -> None:
    post(asking, {"WorkOrderId": 3, "ActivityId": 13})
    answer = post(
        asking,
        {"WorkOrderId": 1, "ActivityId": 11},
        {"WorkOrderId": 2, "ActivityId": 11},
        {"Number": "N-9"},
        {"PurchaseNumber": "P-2"},
        {"WorkOrderId": 1},
        {"ActivityId": 5},
        {"WorkOrderId": 5, "Number": "N-2"},
        {"WorkOrderId": 6, "ActivityId": 13},
        {"WorkOrderId": 3, "ActivityId": 14},
    )
    assert answer.status_code == 409
    assert answer.json() == {
        "Message": "Nothing was opened: 8 items are wrong.",
        "ModelState": {
            "[1]": ["Activity 11 is on item 0 already."],
            "[2]": ["No work order with the Number 'N-9' is known."],
            "[3]": ["2 work orders have the PurchaseNumber 'P-2': 2, 3."],
            "[4]": ["Work order 1 is on item 0 already, with activity 11."],
            "[5]": ["It needs one of WorkOrderId, Number and PurchaseNumber."],
            "[6]": ["It needs one of WorkOrderId, Number and PurchaseNumber."],
            "[7]": ["Activity 13 is open on work order 3."],
            "[8]": ["Work order 3 is followed by activity 13."],
        },
    }
    assert open_now(asking) == [(3, 13)]


def test_what_was_taken_after_the_check_is_refused_alone(asking: Asking) -> None:
    post(asking, {"WorkOrderId": 3, "ActivityId": 13})
    # The first takes the next id, which is the one that the second wants.
    answer = post(asking, {"WorkOrderId": 1}, {"WorkOrderId": 2, "ActivityId": 14})
    assert answer.status_code == 200
    first, second = answer.json()
    assert (first["WorkOrderId"], first["ActivityId"]) == (1, 14)
    assert second["Message"] == "Activity 14 is open on work order 1."
    assert open_now(asking) == [(3, 13), (1, 14)]


def test_an_empty_list_opens_nothing(asking: Asking) -> None:
    answer = post(asking)
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_token_of_another_client_opens_nothing(asking: Asking, caller: Caller) -> None:
    url = f"{asking.root}/Activities"
    headers = Asking(caller).headers
    answer = httpx.post(url, headers=headers, json=[{"WorkOrderId": 1}], timeout=20)
    assert answer.status_code == 404
    assert open_now(asking) == []


ASKED: list[dict[str, Any]] = [
    {"WorkOrderId": 1, "ActivityId": 11},
    {"Number": "N-2", "ActivityId": 12},
    {"PurchaseNumber": "P-1", "ActivityId": 11},
    {"Number": "N-9"},
]


@pytest.mark.parametrize("number", [2, 4])
def test_a_dry_run_says_what_the_command_s_says_and_writes_nothing(
    asking: Asking, tmp_path: Path, number: int
) -> None:
    post(asking, *ASKED[:1])
    asking.catch_up()
    before = asking.caller.names()
    answer = post(asking, *ASKED[:number], params={"dryRun": "true"})
    assert answer.status_code == 200
    told = answer.json()
    assert (told["DryRun"], told["ToOpen"], told["OpenAlready"], told["Opened"]) == (True, 1, 1, 0)
    assert (
        told["Problems"]
        == [
            {"Item": 2, "Message": "This is what item 0 says already."},
            {"Item": 3, "Message": "No work order with the Number 'N-9' is known."},
        ][: number - 2]
    )
    theirs = dry_run_of_a_file(asking, tmp_path, number)
    # Items are counted from 0 on, lines from that of the heading on, which is the first.
    assert [it["Line"] - 2 for it in theirs.pop("Problems")] == [
        it["Item"] for it in told.pop("Problems")
    ]
    assert theirs | {"Items": theirs.pop("Lines")} == told
    assert asking.caller.names() == before
    assert open_now(asking) == [(1, 11)]


def dry_run_of_a_file(asking: Asking, folder: Path, number: int) -> dict[str, Any]:
    """Return what the command says of a file with the first of what is asked for."""
    file = folder / "links.csv"
    lines = ["WorkOrderId,ActivityId", "1,11", "2,12", "1,11", "none,"]
    file.write_text("\n".join([*lines[: number + 1], ""]), encoding="utf-8")
    client_id = str(asking.caller.keys.client_id)
    asked = ("activities", "import", client_id, str(file), "--dry-run", "--json")
    told: dict[str, Any] = json.loads(asking.caller.service.command(*asked).stdout)
    return told


def test_what_was_tried_is_opened_without_the_trial(asking: Asking) -> None:
    assert post(asking, *ASKED[:2], params={"dryRun": "false"}).status_code == 200
    assert open_now(asking) == [(1, 11), (2, 12)]


def test_a_single_opening_is_checked_alone_as_well(asking: Asking) -> None:
    opening = {"WorkOrderId": 1, "ActivityId": 11}
    told = asking.post("/Activities", opening, params={"dryRun": "true"}).json()
    assert (told["Items"], told["ToOpen"], told["Problems"]) == (1, 1, [])
    assert open_now(asking) == []


@pytest.mark.parametrize("query", [{"dryrun": "true"}, {"dryRun": "yes"}, {"dryRun": ""}])
def test_nothing_is_opened_where_a_dry_run_is_asked_for_in_other_words(
    asking: Asking, query: dict[str, str]
) -> None:
    answer = post(asking, *ASKED[:1], params=query)
    assert answer.status_code == 400
    assert list(answer.json()["ModelState"]) == list(query)
    assert open_now(asking) == []
