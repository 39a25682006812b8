"""How many a page tells: what was asked for, two hundred by default and at the most."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.callers import Caller
from tests.interfaces.api.asking import Asking

PAGES = {
    "/Events": "Events",
    "/Activities/1/Events": "Events",
    "/Activities": "Activities",
    "/WorkOrders": "WorkOrders",
}
"""The addresses that answer pages, each with the member that has what is told."""

MORE_THAN_A_PAGE = 201


@pytest.fixture
def asking(caller: Caller) -> Asking:
    return Asking(caller)


def rows(answer: httpx.Response, path: str) -> int:
    assert answer.status_code == 200, answer.text
    return len(answer.json()[PAGES[path]])


def test_a_page_has_two_hundred_by_default_and_as_many_as_are_asked_for(asking: Asking) -> None:
    asking.report(1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(asking.report, [*range(2, MORE_THAN_A_PAGE + 1), *[1] * MORE_THAN_A_PAGE]))
    asking.catch_up()
    for path in PAGES:
        assert rows(asking.get(path), path) == 200
        for limit in (1, 199, 200):
            assert rows(asking.get(path, params={"limit": limit}), path) == limit


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("limit", ["201", "0", "-1", str(2**63), "x", ""])
def test_no_other_number_is_taken(asking: Asking, path: str, limit: str) -> None:
    asking.report(1)
    for accept in ("application/json", "text/event-stream"):
        answer = asking.get(path, params={"limit": limit}, headers={"Accept": accept})
        assert (answer.status_code, answer.json()["Message"]) == (400, "The request is invalid.")
