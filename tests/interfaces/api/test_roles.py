"""Who may do what with activities over HTTP."""

from datetime import timedelta

import httpx
import pytest

from domain.credentials import Role
from tests.callers import Caller
from tests.waiting import until

_DAY = timedelta(days=1)


def send(
    caller: Caller, token: str | None, method: str = "GET", path: str = "", json: object = None
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.request(
        method,
        f"{caller.service.url}/v1/Clients/{caller.keys.client_id}/Activities{path}",
        headers=headers,
        json=json,
        timeout=20,
    )


def followed(caller: Caller, presented: str) -> list[dict[str, object]]:
    """Return which activity follows which work order, as the list tells it."""
    rows = send(caller, presented).json()["Activities"]
    return [{name: row[name] for name in ("ClientId", "WorkOrderId", "ActivityId")} for row in rows]


def token(caller: Caller, role: Role, *, for_all: bool = False) -> str:
    client_id = None if for_all else caller.keys.client_id
    return caller.adapters.tokens.issue(role, client_id, _DAY, "tests").token


@pytest.fixture
def integrator(caller: Caller) -> str:
    return token(caller, "integrator")


@pytest.fixture
def operator(caller: Caller) -> str:
    return token(caller, "operator", for_all=True)


def test_an_integrator_opens_lists_and_releases_activities(caller: Caller, integrator: str) -> None:
    opened = send(caller, integrator, "POST", json={"WorkOrderId": 7, "Reason": "by phone"})
    expected = {"ClientId": str(caller.keys.client_id), "WorkOrderId": 7, "ActivityId": 1}
    assert (opened.status_code, opened.json()) == (200, expected)
    until(lambda: followed(caller, integrator) == [expected])
    released = send(caller, integrator, "POST", "/1/Release", {"Reason": "wrong one"})
    assert (released.status_code, released.json()) == (200, expected)
    until(lambda: followed(caller, integrator) == [])
    metadata = caller.history(7).moments[0].recorded.metadata
    assert metadata.actor is not None
    assert metadata.actor.startswith("token:")
    assert integrator not in metadata.actor


def test_a_list_is_answered_in_its_order(caller: Caller, integrator: str) -> None:
    wanted = [{"WorkOrderId": 7, "ActivityId": 5}, {"WorkOrderId": 9}, {"WorkOrderId": 8}]
    answers = send(caller, integrator, "POST", json=wanted).json()
    told = [(answer["WorkOrderId"], answer["ActivityId"]) for answer in answers]
    assert told == [(7, 5), (9, 6), (8, 7)]


def test_an_auditors_token_reads_but_cannot_open(caller: Caller) -> None:
    auditor = token(caller, "auditor")
    assert send(caller, auditor).status_code == 200
    for path, data in (("", {"WorkOrderId": 7}), ("/1/Release", {})):
        assert send(caller, auditor, "POST", path, data).status_code == 403


@pytest.mark.parametrize("role", ["integrator", "auditor"])
def test_anothers_token_finds_nothing(caller: Caller, waiting_caller: Caller, role: Role) -> None:
    others = token(waiting_caller, role)
    assert send(caller, others).status_code == 404
    assert send(caller, others, "POST", json={"WorkOrderId": 7}).status_code == 404


@pytest.mark.parametrize("role", ["auditor", "operator"])
def test_a_token_for_all_clients_reaches_each(caller: Caller, role: Role) -> None:
    assert send(caller, token(caller, role, for_all=True)).status_code == 200


@pytest.mark.parametrize("presented", [None, "wrong"])
def test_without_a_living_token_nobody_comes_in(caller: Caller, presented: str | None) -> None:
    answer = send(caller, presented)
    assert answer.status_code == 401
    assert answer.json() == {"Message": "Authorization has been denied for this request."}


def test_a_stranger_learns_nothing_of_what_a_body_should_be(caller: Caller) -> None:
    assert send(caller, None, "POST", json={"nonsense": 1}).status_code == 401


def test_an_expired_token_opens_nothing(caller: Caller) -> None:
    issued = caller.adapters.tokens.issue("auditor", None, timedelta(seconds=-1), "tests")
    assert send(caller, issued.token).status_code == 401


def test_a_clients_keys_are_no_token(caller: Caller) -> None:
    assert send(caller, caller.keys.access_key).status_code == 401


@pytest.mark.parametrize(
    ("data", "status", "sentence"),
    [
        ({"WorkOrderId": 7, "ActivityId": 9}, 409, "Work order 7 is followed by activity 1."),
        ({"WorkOrderId": 8, "ActivityId": 1}, 409, "Activity 1 is open on work order 7."),
        ({"WorkOrderId": 0}, 400, "The request is invalid."),
        ({"WorkOrderId": 8, "ActivityId": 2_147_483_648}, 400, "The request is invalid."),
        ({}, 400, "The request is invalid."),
        ("nonsense", 400, "The request is invalid."),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    caller: Caller, integrator: str, data: object, status: int, sentence: str
) -> None:
    send(caller, integrator, "POST", json={"WorkOrderId": 7})
    answer = send(caller, integrator, "POST", json=data)
    assert (answer.status_code, answer.json()["Message"]) == (status, sentence)


def test_an_activity_that_never_was_cannot_be_released(caller: Caller, integrator: str) -> None:
    answer = send(caller, integrator, "POST", "/77/Release", {})
    assert answer.status_code == 404
    assert answer.json() == {"Message": "No activity was ever opened under id 77."}
