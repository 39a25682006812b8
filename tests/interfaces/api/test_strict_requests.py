"""What the API takes as an id, and how it refuses everything that only looks like one."""

from collections.abc import Generator
from datetime import timedelta

import httpx
import pytest

from interfaces.api.operation import MOST_OPENINGS
from tests.callers import Caller

HIGHEST = 2**63 - 1


@pytest.fixture
def client(caller: Caller) -> Generator[httpx.Client]:
    issued = caller.adapters.tokens.issue("operator", None, timedelta(days=1), "tests")
    headers = {"Authorization": f"Bearer {issued.token}"}
    with httpx.Client(base_url=caller.service.url, headers=headers, timeout=20) as client:
        client.base_url = client.base_url.join(f"/v1/Clients/{caller.keys.client_id}/Activities")
        yield client


def open_activities(caller: Caller) -> list[int]:
    links = caller.adapters.links.open_links(caller.keys.client_id, 0, 10)
    return [link.activity_id for link in links]


@pytest.mark.parametrize("written", ["1000", "1", str(HIGHEST)])
def test_a_work_order_id_in_digits_is_taken(client: httpx.Client, written: str) -> None:
    answer = client.post("", content=f'{{"WorkOrderId":{written}}}')
    assert (answer.status_code, answer.json()["WorkOrderId"]) == (200, int(written))


@pytest.mark.parametrize(
    "written",
    ["1e3", "1E3", "1.0", "1.5", '"1"', '" 1 "', "true", "[1]", "0", "-1", str(HIGHEST + 1)],
)
@pytest.mark.parametrize("member", ["WorkOrderId", "ActivityId"])
def test_what_is_no_id_in_digits_is_refused(
    caller: Caller, client: httpx.Client, member: str, written: str
) -> None:
    told = {"WorkOrderId": "1", member: written}
    body = "{" + ",".join(f'"{name}":{value}' for name, value in told.items()) + "}"
    for content, place in ((body, member), (f"[{body}]", f"[0].{member}")):
        answer = client.post("", content=content)
        assert answer.status_code == 400
        assert answer.json()["Message"] == "The request is invalid."
        assert list(answer.json()["ModelState"]) == [place]
    assert open_activities(caller) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'"WorkOrderId"',
        b"{'WorkOrderId':1}",
        b'{"WorkOrderId":1,}',
        b'{"WorkOrderId":1} 2',
        b'{"WorkOrderId":1,"Reason":"\xff"}',
        b'{"WorkOrderId":1,"Beyond":"\xff"}',
        b'{"WorkOrderId":1,"Reason":"\\ud800"}',
        b'{"WorkOrderId":1,"Beyond":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"[" + b",".join([b'{"WorkOrderId":1}'] * (MOST_OPENINGS + 1)) + b"]",
    ],
    ids=lambda body: body[:40].decode("latin-1"),
)
def test_a_body_of_another_form_is_refused(
    caller: Caller, client: httpx.Client, body: bytes
) -> None:
    answer = client.post("", content=body)
    assert (answer.status_code, answer.json()["Message"]) == (400, "The request is invalid.")
    assert open_activities(caller) == []


def test_a_reason_that_is_no_text_releases_nothing(caller: Caller, client: httpx.Client) -> None:
    opened = client.post("", json={"WorkOrderId": 7}).json()
    assert client.post("/1/Release", content=b'{"Reason":1}').status_code == 400
    assert open_activities(caller) == [opened["ActivityId"]]


@pytest.mark.parametrize(
    "written", ["+1", "%201", "1%0A", "1_", "0_1", "01", "1.0", "1e0", "%D9%A1"]
)
def test_an_id_in_a_path_is_taken_in_digits_alone(
    caller: Caller, client: httpx.Client, written: str
) -> None:
    opened = client.post("", json={"WorkOrderId": 7}).json()
    assert client.post(f"/{written}/Release").status_code == 400
    assert open_activities(caller) == [opened["ActivityId"]]
    assert client.post("/1/Release").json() == opened
