"""Following from where the log ends, and from where it has not come to."""

import json

import pytest

from tests.callers import Caller
from tests.interfaces.api.asking import Asking


@pytest.fixture
def asking(caller: Caller) -> Asking:
    return Asking(caller)


def log_end(asking: Asking) -> int:
    asking.report(7, Trade="DOORS")
    return int(asking.get("/WorkOrders/7").headers["worktrail-position"])


@pytest.mark.parametrize("beyond", [1, 2**62])
@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_whoever_asks_behind_the_end_of_the_log_is_not_left_waiting(
    asking: Asking, accept: str, beyond: int
) -> None:
    last = log_end(asking)
    answer = asking.get(f"/Events?after={last + beyond}", headers={"Accept": accept})
    assert answer.status_code == 409
    assert f"the log ends at {last}." in answer.json()["Message"]


def test_whoever_comes_back_to_a_log_that_lost_its_end_is_told_so(asking: Asking) -> None:
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(log_end(asking) + 1)}
    assert asking.get("/Events?after=0", headers=headers).status_code == 409


def test_a_follower_may_be_as_far_as_the_log(asking: Asking) -> None:
    last = log_end(asking)
    with asking.following(f"/Events?after={last}") as messages:
        assert next(messages)["id"] == str(last)
        asking.report(7, Trade="LOCKS")
        changes = json.loads(next(messages)["data"])["Changes"]
    assert changes == [{"Field": "Trade", "From": "DOORS", "To": "LOCKS"}]
