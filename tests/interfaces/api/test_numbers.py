"""A number in a query is taken in digits alone, wherever the API's document has one."""

from collections.abc import Generator
from typing import Any, TypeAlias

import httpx
import pytest

from tests.callers import Caller
from tests.interfaces.api.asking import Asking

WRONG = [
    *("1.0", "1e2", "1E2", "1.", ".5", "0x1", "1_0", "+1", " 1", "1 ", "1\n", "01", "-0", "--1"),
    *("", "true", "null", "NaN", "Infinity", "\u0661", "\uff11", "\u00b2", "[1]", '"1"', "1,2"),
]

Number: TypeAlias = tuple[str, dict[str, Any]]


@pytest.fixture
def asking(caller: Caller) -> Asking:
    asking = Asking(caller)
    asking.report(1)
    return asking


@pytest.fixture
def client(asking: Asking) -> Generator[httpx.Client]:
    with httpx.Client(base_url=asking.root, headers=asking.headers, timeout=20) as client:
        yield client


@pytest.fixture
def numbers(asking: Asking) -> list[Number]:
    """Every number that can be asked for: the address, and how it is documented."""
    told = httpx.get(f"{asking.caller.service.url}/docs/openapi.json").json()
    root = "/v1/Clients/{clientId}"
    return [
        (path.removeprefix(root).replace("{activityId}", "1"), parameter)
        for path, operations in told["paths"].items()
        for parameter in operations.get("get", {}).get("parameters", ())
        if parameter["in"] == "query" and "integer" in str(parameter["schema"])
    ]


def test_a_number_is_taken_in_digits_alone(client: httpx.Client, numbers: list[Number]) -> None:
    assert {(path, told["name"]) for path, told in numbers} == {
        *((path, "limit") for path in ("/Events", "/Activities/1/Events")),
        *(
            (path, name)
            for path in ("/Activities", "/WorkOrders")
            for name in ("limit", "workOrderId", "activityId", "locationId")
        ),
    }
    taken = [
        (path, told["name"], written)
        for path, told in numbers
        for written in WRONG
        if not is_refused(client.get(path, params={told["name"]: written}), told["name"])
    ]
    assert taken == []
    for path, told in numbers:
        answer = client.get(path, params={told["name"]: "1"})
        assert answer.status_code == 200, answer.text


def is_refused(answer: httpx.Response, name: str) -> bool:
    told = answer.json()
    return (answer.status_code, told.get("Message"), list(told.get("ModelState", ()))) == (
        400, "The request is invalid.", [name],
    )  # fmt: skip


def test_what_is_wrong_with_a_number_is_said(client: httpx.Client) -> None:
    for written in ("1.0", "1e2"):
        answer = client.get("/WorkOrders", params={"limit": written})
        sentence = "This is not in the form that is asked for."
        assert answer.json()["ModelState"] == {"limit": [sentence]}


def test_the_id_of_a_location_may_be_below_nought(client: httpx.Client) -> None:
    for written, status in (("-5", 200), ("0", 200), ("-05", 400), ("-5.0", 400)):
        answer = client.get("/WorkOrders", params={"locationId": written})
        assert answer.status_code == status, written


def test_a_position_is_taken_in_digits_alone(client: httpx.Client) -> None:
    for path in ("/Events", "/Activities/1/Events"):
        for written in WRONG:
            answer = client.get(path, params={"after": written})
            assert is_refused(answer, "after"), written
