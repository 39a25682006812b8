"""A client to which two accounts report: both are named, and one may be preferred."""

import json
from typing import Any

import pytest

from application.clients import IssuedKeys
from tests.callers import Caller
from tests.interfaces.api.asking import Asking
from tests.waiting import until


class Accounts:
    """The subscriber's and the provider's account, each with keys of its own."""

    def __init__(self, asking: Asking) -> None:
        caller = asking.caller
        self.asking = asking
        self._keys: dict[str, IssuedKeys] = {
            sender: caller.adapters.clients.add_keys(
                str(caller.keys.client_id), "tests", sender, None
            )
            for sender in ("subscriber", "provider")
        }

    def report(self, sender: str, number: int, **members: object) -> None:
        keys, caller = self._keys[sender], self.asking.caller
        told = {"Object": {"Id": number, **members}, "EventType": "WorkOrderUpdated"}
        query = {"accessKey": keys.access_key, "signingKey": keys.signing_key or ""}

        def is_recorded() -> bool:
            headers = {"Content-Type": "application/json"}
            answer = caller.call("POST", content=json.dumps(told), headers=headers, params=query)
            return answer.status_code == 200

        # New keys open within two seconds.
        until(is_recorded, seconds=10)

    def prefer(self, *choice: str) -> None:
        client_id = str(self.asking.caller.keys.client_id)
        self.asking.caller.service.json("clients", "prefer", client_id, *choice)


@pytest.fixture
def accounts(caller: Caller) -> Accounts:
    return Accounts(Asking(caller))


def state(accounts: Accounts, path: str = "/WorkOrders/7") -> Any:
    return accounts.asking.get(path).json()["State"]


def test_what_two_accounts_report_differently_is_a_disagreement_wherever_a_state_is_shown(
    accounts: Accounts,
) -> None:
    accounts.report("subscriber", 7, Nte=500, Trade="DOORS")
    accounts.report("provider", 7, Nte=350, Trade="DOORS")
    told = state(accounts)
    assert told["Nte"] == 350
    assert told["Provenance"]["Nte"]["Sender"] == "provider"
    [disagreement] = told["Disagreements"]
    assert disagreement["Field"] == "Nte"
    assert [(it["Sender"], it["Value"]) for it in disagreement["Values"]] == [
        ("provider", 350),
        ("subscriber", 500),
    ]
    assert state(accounts, "/Activities/1") == told
    history = accounts.asking.get("/WorkOrders/7/History").json()
    assert (history["State"], history["AssignedElsewhere"]) == (told, [])
    accounts.asking.catch_up()
    page = accounts.asking.get("/Events", params={"include": "state"}).json()
    assert page["Events"][-1]["State"] | {"RecalledBy": []} == told


def test_the_preferred_account_s_word_is_shown_and_the_search_has_the_last_one(
    accounts: Accounts,
) -> None:
    accounts.report("subscriber", 7, Trade="DOORS")
    accounts.report("provider", 7, Trade="LOCKS")
    etag = accounts.asking.get("/WorkOrders/7").headers["etag"]
    accounts.prefer("subscriber")
    until(lambda: state(accounts)["Trade"] == "DOORS", seconds=10)
    shown = accounts.asking.get("/WorkOrders/7", headers={"If-None-Match": etag})
    assert shown.status_code == 200
    assert shown.json()["State"]["Provenance"]["Trade"]["Sender"] == "subscriber"
    assert state(accounts, "/WorkOrders/7/History")["Trade"] == "DOORS"
    accounts.asking.catch_up()
    page = accounts.asking.get("/Events", params={"include": "state"}).json()
    assert page["Events"][-1]["State"]["Trade"] == "DOORS"
    [found] = accounts.asking.get("/WorkOrders").json()["WorkOrders"]
    assert found["Trade"] == "LOCKS"
    [found] = accounts.asking.get("/WorkOrders?include=state").json()["WorkOrders"]
    assert found["State"]["Trade"] == "DOORS"
    accounts.prefer("--nobody")
    until(lambda: state(accounts)["Trade"] == "LOCKS", seconds=10)


def test_a_recall_and_its_original_name_each_other(accounts: Accounts) -> None:
    accounts.report("subscriber", 7)
    etag = accounts.asking.get("/WorkOrders/7").headers["etag"]
    accounts.report("subscriber", 8, RecallWorkOrder=7)
    accounts.asking.catch_up()
    assert state(accounts, "/WorkOrders/8")["RecallOf"] == 7
    shown = accounts.asking.get("/WorkOrders/7", headers={"If-None-Match": etag})
    assert (shown.status_code, shown.json()["State"]["RecalledBy"]) == (200, [8])


def test_a_work_order_that_went_to_another_provider_is_assigned_elsewhere(
    accounts: Accounts,
) -> None:
    accounts.report("subscriber", 7, ProviderId=5, UpdatedDate_DTO="2026-03-01T08:00:00Z")
    accounts.report("subscriber", 7, ProviderId=6, UpdatedDate_DTO="2026-03-01T09:00:00Z")
    [interval] = accounts.asking.get("/WorkOrders/7/History").json()["AssignedElsewhere"]
    assert (interval["LeftProviderId"], interval["ProviderId"]) == (5, 6)
    assert state(accounts)["AssignedElsewhere"] == interval
    accounts.asking.catch_up()
    events = accounts.asking.get("/Events", params={"include": "state"}).json()["Events"]
    assert [event["State"]["AssignedElsewhere"] for event in events] == [None, None, interval]


def test_a_work_order_that_came_back_was_elsewhere_until_then_and_unobserved_where_nobody_told(
    accounts: Accounts,
) -> None:
    for hour, said in enumerate(
        ({"ProviderId": 5}, {"ProviderId": 6}, {"ProviderId": 5}, {"ProviderId": 6}, {"Nte": 9},
         {"ProviderId": 5}),
        start=1,
    ):  # fmt: skip
        at = f"2026-03-01T{hour:02}:00:00Z"
        accounts.report("subscriber", 7, UpdatedDate_DTO=at, **said)
    history = accounts.asking.get("/WorkOrders/7/History").json()
    versions = [
        event["Version"] for event in history["Events"] if event["Name"] == "WorkOrderReported"
    ]
    assert [
        (one["Since"], one["SinceVersion"], one["Until"], one["UntilVersion"], one["Unobserved"])
        for one in history["AssignedElsewhere"]
    ] == [
        ("2026-03-01T02:00:00Z", versions[1], "2026-03-01T03:00:00Z", versions[2], True),
        ("2026-03-01T04:00:00Z", versions[3], "2026-03-01T06:00:00Z", versions[5], False),
    ]
    assert {(it["LeftProviderId"], it["ProviderId"]) for it in history["AssignedElsewhere"]} == {
        (5, 6)
    }
    assert history["State"]["AssignedElsewhere"] is None
    assert state(accounts)["AssignedElsewhere"] is None
    then = accounts.asking.get(
        "/WorkOrders/7/History", params={"effectiveAt": "2026-03-01T04:30:00Z"}
    ).json()
    assert then["State"]["AssignedElsewhere"]["Until"] is None
    caller = accounts.asking.caller
    asked = ("history", str(caller.keys.client_id), "--work-order", "7")
    assert caller.service.json(*asked)["AssignedElsewhere"] == history["AssignedElsewhere"]
    printed = caller.service.command(*asked).stdout
    assert (
        "from 2026-03-01 02:00:00Z until 2026-03-01 03:00:00Z (it left 5), and nothing" in printed
    )
    assert "from 2026-03-01 04:00:00Z until 2026-03-01 06:00:00Z (it left 5)\n" in printed
