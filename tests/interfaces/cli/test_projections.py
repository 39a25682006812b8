"""`worktrail projections`: looking at the read models, rebuilding, retrying and verifying them."""

from typing import Any

import pytest

from tests.callers import Caller
from tests.running import Service
from tests.waiting import until

NAMES = ["activity_search", "current_activities", "delivery_health", "timeline"]


def caught_up(service: Service) -> list[dict[str, Any]]:
    """Return the list once every read model is as far as the log."""
    found: list[dict[str, Any]] = []

    def no_lag() -> bool:
        found[:] = service.json("projections", "list")
        return all(row["LagEvents"] == 0 for row in found)

    until(no_lag, seconds=30)
    return found


@pytest.fixture
def busy(service: Service, caller: Caller) -> Service:
    """The service with some reports in its log."""
    for number in range(1, 6):
        caller.post(f'{{"Object": {{"Id": {number}, "Trade": "DOORS"}}}}')
    return service


def test_the_list_says_how_far_each_is(busy: Service) -> None:
    listed = caught_up(busy)

    assert [row["Name"] for row in listed] == NAMES
    for row in listed:
        assert list(row) == [
            "Name", "State", "Position", "LagEvents", "LagSeconds", "Rate", "Parked", "Error",
            "ParkedStreams",
        ]  # fmt: skip
        assert (row["State"], row["Parked"], row["Error"]) == ("following", 0, None)
        assert row["Position"] >= 5
    for_people = busy.command("projections", "list").stdout
    assert "timeline" in for_people
    assert "following" in for_people


def test_everything_can_be_rebuilt_and_is_equal(busy: Service, caller: Caller) -> None:
    rebuilt = busy.command("projections", "rebuild", "--all", "--yes")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert "heads" in rebuilt.stdout
    caller.post('{"Object": {"Id": 1, "Trade": "AFTER"}}')
    caught_up(busy)

    verdicts = busy.json("projections", "verify", "--all")
    assert sorted(verdict["Name"] for verdict in verdicts) == NAMES
    assert all(verdict["Equal"] and not verdict["Differences"] for verdict in verdicts)
    assert busy.json("projections", "retry", "--all") == [
        {"Name": verdict["Name"], "Resumed": 0, "Parked": 0} for verdict in verdicts
    ]
    assert "equal, " in busy.command("projections", "verify", "timeline").stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["verify", "weather"], "There is no read model weather"),
        (["rebuild", "weather"], "timeline, delivery_health, heads."),
        (["verify", "heads"], "The heads are not verified or retried, only rebuilt."),
        (["retry", "heads"], "The heads are not verified or retried, only rebuilt."),
        (["rebuild"], "Give either names or --all."),
        (["retry", "timeline", "--all"], "Give either names or --all."),
    ],
)
def test_what_cannot_be_meant_is_refused(
    service: Service, arguments: list[str], sentence: str
) -> None:
    completed = service.command("projections", *arguments)

    assert completed.returncode != 0
    assert sentence in completed.stderr
