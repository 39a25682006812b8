"""The change feed over HTTP: every event once and in order, by pages or without an end."""

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import httpx
import pytest

from interfaces import connection as bounds
from tests.callers import Caller
from tests.interfaces.api.asking import Asking
from tests.interfaces.sockets import connection, is_closed
from tests.waiting import until


@pytest.fixture
def asking(caller: Caller) -> Asking:
    return Asking(caller)


@pytest.fixture
def other(waiting_caller: Caller) -> Asking:
    return Asking(waiting_caller)


def walk(asking: Asking, path: str = "/Events", **asked: Any) -> list[dict[str, Any]]:
    """Return all that the pages tell."""
    told: list[dict[str, Any]] = []
    after = 0
    while True:
        answer = asking.get(path, params={**asked, "after": after})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert answer.headers["worktrail-position"] == str(page["Next"])
        told += page["Events"]
        if not page["Events"]:
            return told
        after = page["Next"]


def post(asking: Asking, path: str, body: object = None) -> None:
    answer = asking.post(f"/Activities{path}", body)
    assert answer.status_code == 200, answer.text


def data(message: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(message["data"])
    assert message["id"] == str(told["Position"])
    return told


def test_an_item_says_what_an_event_changed(asking: Asking) -> None:
    asking.report(7, Trade="DOORS", Nte=100.50)
    asking.report(7, Trade="LOCKS")
    asking.catch_up()
    first, opened, second = walk(asking)
    assert list(first) == [
        "Position", "ClientId", "WorkOrderId", "ActivityId", "Name", "RecordedAt", "Verdict",
        "Changes",
    ]  # fmt: skip
    assert [item["Name"] for item in (first, opened, second)] == [
        "WorkOrderReported", "ActivityOpened", "WorkOrderReported",
    ]  # fmt: skip
    assert first["Position"] < opened["Position"] < second["Position"]
    assert (second["WorkOrderId"], second["ActivityId"], second["Verdict"]) == (7, 1, "recorded")
    assert second["Changes"] == [{"Field": "Trade", "From": "DOORS", "To": "LOCKS"}]
    assert (
        second["RecordedAt"]
        == asking.get("/WorkOrders/7/History").json()["Events"][2]["RecordedAt"]
    )


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_pages_tell_every_event_once_and_in_order(
    asking: Asking, other: Asking, limit: int
) -> None:
    for number in range(5):
        asking.report(number + 1, Trade="DOORS")
        other.report(number + 1, Trade="DOORS")
    asking.catch_up()
    told = walk(asking, limit=limit)
    assert [item["WorkOrderId"] for item in told] == [n for n in range(1, 6) for _ in range(2)]
    assert sorted({item["Position"] for item in told}) == [item["Position"] for item in told]
    assert {item["ClientId"] for item in told} == {str(asking.caller.keys.client_id)}


def test_a_state_beside_an_item_is_as_the_event_left_it(asking: Asking) -> None:
    for trade in ("DOORS", "LOCKS"):
        asking.report(7, Trade=trade)
        asking.report(8, Trade=trade)
    asking.catch_up()
    told = walk(asking, include="state", limit=4)
    assert [item["State"]["Trade"] for item in told] == ["DOORS"] * 4 + ["LOCKS"] * 2
    # What recalls it may be found long after the event.
    assert told[-1]["State"] | {"RecalledBy": []} == asking.get("/WorkOrders/8").json()["State"]


def test_a_body_beside_an_item_is_what_the_delivery_said(asking: Asking) -> None:
    asking.caller.post('{"Object": {"Id": 7, "Nte": 1.50, "Unheard": ["of"]}}')
    asking.catch_up()
    reported, opened = walk(asking, include="body")
    assert reported["Body"] == {"Object": {"Id": 7, "Nte": 1.5, "Unheard": ["of"]}}
    assert opened["Body"] is None


def test_an_activity_is_told_from_its_opening_to_its_release_wherever_it_goes(
    other: Asking,
) -> None:
    other.report(7, Trade="DOORS")
    post(other, "", {"WorkOrderId": 7, "ActivityId": 70})
    other.report(7, Trade="LOCKS")
    post(other, "/70/Release")
    other.report(7, Trade="PUMPS")
    post(other, "", {"WorkOrderId": 8, "ActivityId": 70})
    other.report(8, Trade="ROOFS")
    other.catch_up()
    told = walk(other, "/Activities/70/Events", limit=2)
    assert [(item["Name"], item["WorkOrderId"]) for item in told] == [
        ("ActivityOpened", 7),
        ("WorkOrderReported", 7),
        ("ActivityReleased", 7),
        ("ActivityOpened", 8),
        ("WorkOrderReported", 8),
    ]
    assert {item["ActivityId"] for item in told} == {70}


@pytest.mark.parametrize("path", ["/WorkOrders", "/Activities", "/WorkOrders/7", "/Activities/1"])
def test_whoever_loads_and_then_follows_misses_nothing(asking: Asking, path: str) -> None:
    asking.report(7, Trade="DOORS")
    asking.catch_up()
    loaded = asking.get(path).headers["worktrail-position"]
    asking.report(7, Trade="LOCKS")
    asking.catch_up()
    [item] = asking.get("/Events", params={"after": loaded}).json()["Events"]
    assert item["Changes"][0]["To"] == "LOCKS"


def test_latest_begins_at_the_end(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    asking.catch_up()
    page = asking.get("/Events?after=latest").json()
    assert page["Events"] == []
    asking.report(7, Trade="LOCKS")
    asking.catch_up()
    [item] = asking.get("/Events", params={"after": page["Next"]}).json()["Events"]
    assert item["Changes"][0]["To"] == "LOCKS"


def test_an_activity_that_never_was_cannot_be_followed(asking: Asking) -> None:
    answer = asking.get("/Activities/77/Events")
    assert (answer.status_code, answer.json()["Message"]) == (
        404, "No activity was ever opened under id 77.",
    )  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    ["after=-1", "after=x", "after=9999999999999999999", "include=all", "limit=0", "from=1"],
)
def test_what_cannot_be_asked_is_refused(asking: Asking, asked: str) -> None:
    for accept in ("application/json", "text/event-stream"):
        answer = asking.get(f"/Events?{asked}", headers={"Accept": accept})
        assert (answer.status_code, answer.json()["Message"]) == (400, "The request is invalid.")


def test_a_follower_is_told_what_was_and_what_comes(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    with asking.following() as messages:
        assert next(messages) == {"id": "0", "retry": "1000"}
        was = [data(message)["Name"] for message in islice(messages, 2)]
        assert was == ["WorkOrderReported", "ActivityOpened"]
        for trade in ("LOCKS", "PUMPS"):
            asking.report(7, Trade=trade)
            assert data(next(messages))["Changes"][0]["To"] == trade


def test_a_follower_who_comes_back_goes_on_behind_what_it_had(asking: Asking) -> None:
    for trade in ("DOORS", "LOCKS"):
        asking.report(7, Trade=trade)
    with asking.following(headers={"Last-Event-ID": "0"}) as messages:
        had = list(islice(messages, 3))[-1]["id"]
    with asking.following("/Events?after=0", headers={"Last-Event-ID": had}) as messages:
        assert next(messages)["id"] == had
        assert data(next(messages))["Changes"][0]["To"] == "LOCKS"


def test_a_follower_from_the_end_is_told_where_that_is(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    asking.catch_up()
    with asking.following("/Events?after=latest") as messages:
        begin = next(messages)["id"]
        asking.report(7, Trade="LOCKS")
        assert data(next(messages))["Changes"][0]["To"] == "LOCKS"
    with asking.following("/Events?after=latest", headers={"Last-Event-ID": begin}) as messages:
        next(messages)
        assert data(next(messages))["Changes"][0]["To"] == "LOCKS"


def test_a_follower_of_an_activity_is_told_of_that_one(asking: Asking) -> None:
    asking.report(7)
    asking.report(8)
    with asking.following("/Activities/2/Events", params={"include": "state"}) as messages:
        next(messages)
        opened = data(next(messages))
        assert (opened["Name"], opened["WorkOrderId"]) == ("ActivityOpened", 8)
        asking.report(7, Trade="DOORS")
        asking.report(8, Trade="LOCKS")
        assert data(next(messages))["State"]["Trade"] == "LOCKS"


def test_a_silent_feed_shows_signs_of_life_that_go_on_with_the_log(
    asking: Asking, other: Asking
) -> None:
    with asking.following("/Events?after=latest") as messages:
        begin = int(next(messages)["id"])
        other.report(7)
        alive = next(messages)
    assert set(alive) == {"", "id"}
    assert int(alive["id"]) > begin


def test_a_revoked_tokens_feed_ends(asking: Asking) -> None:
    with asking.following("/Events") as messages:
        next(messages)
        asking.caller.adapters.tokens.revoke(asking.token.token_id, "tests")
        assert all("data" not in message for message in messages)
    assert asking.get("/Events").status_code == 401


def test_many_follow_at_once(asking: Asking) -> None:
    def follow(_: int) -> list[str]:
        with asking.following() as messages:
            next(messages)
            return [message["id"] for message in islice(messages, 20)]

    with ThreadPoolExecutor(40) as pool:
        following = pool.map(follow, range(40))
        for number in range(10):
            asking.report(number + 1, Trade="DOORS")
        told = list(following)
    until(lambda: listeners(asking) == 0)
    assert told == [told[0]] * 40
    assert told[0] == [str(item["Position"]) for item in walk(asking)]


def test_a_follower_who_does_not_read_is_let_go_and_holds_nobody_up(asking: Asking) -> None:
    caller, text = asking.caller, "x" * 400_000
    request = f"GET {httpx.URL(asking.root).path}/Events HTTP/1.1\r\nHost: x\r\n"
    request += f"Accept: text/event-stream\r\nAuthorization: {asking.headers['Authorization']}\r\n"
    with connection(caller, bounds.READ_SECONDS + 30) as deaf:
        deaf.sendall(f"{request}\r\n".encode())
        for number in range(20):
            asking.report(7, Description=f"{number}{text}")
        with asking.following() as messages:
            next(messages)
            assert len(list(islice(messages, 21))) == 21
        with asking.following("/Events?after=latest") as messages:
            # Longer than an answer may lie unread.
            assert len(list(islice(messages, 3))) == 3
        assert is_closed(deaf)
    until(lambda: listeners(asking) == 0)


def listeners(asking: Asking) -> int:
    """Return how many sessions wait for the timeline to move."""
    with asking.caller.adapters.database.connection() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND query LIKE '%projection = ''timeline''%'"
        ).fetchone()
    assert row is not None
    return int(row[0])
