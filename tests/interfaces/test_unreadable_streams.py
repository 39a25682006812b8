"""A work order whose record cannot be read: no delivery is lost over it, and who asks is told."""

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.callers import Caller
from tests.damage import distrust_head, unreadable
from tests.interfaces.api.asking import Asking
from tests.interfaces.test_journal_process import calling

FIRST = json.dumps({"Object": {"Id": 7, "Trade": "DOORS"}, "EventType": "WorkOrderCreated"})
SECOND = json.dumps({"Object": {"Id": 7, "Trade": "LOCKS"}, "EventType": "WorkOrderUpdated"})


class Damaged:
    """A client whose work order 7 was reported once, and can no longer be read."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.asking = Asking(caller)
        self.database = caller.adapters.database
        self.client_id = str(caller.keys.client_id)
        assert caller.post(FIRST).status_code == 200
        with self.database.connection() as connection:
            [[self.position]] = connection.execute("SELECT max(position) FROM event_log")

    def sentence(self, stream_id: UUID) -> str:
        """Return how what cannot be read is told."""
        return f"Position {self.position}, on stream {stream_id}, cannot be read by this release"


@pytest.fixture
def damaged(schema_url: str, folder: Path) -> Generator[Damaged]:
    with calling(schema_url, folder) as caller:
        yield Damaged(caller)


def kept(damaged: Damaged) -> list[Any]:
    listed: list[Any] = damaged.caller.service.json("quarantine", "list", damaged.client_id)
    return listed


def test_its_deliveries_are_kept_and_recorded_once_it_can_be_read(damaged: Damaged) -> None:
    caller = damaged.caller
    release = ("quarantine", "release", damaged.client_id, "--all")
    with unreadable(damaged.database, damaged.position) as stream_id:
        distrust_head(damaged.database, stream_id)
        for body in (SECOND, FIRST, SECOND):
            answer = caller.post(body)
            assert (answer.status_code, answer.text) == (200, "null")
            assert answer.headers["worktrail-verdict"] == "quarantined"
        other = caller.post(FIRST.replace("7", "8"))
        assert other.headers["worktrail-verdict"] == "recorded"
        held = kept(damaged)
        assert {it["Reason"] for it in held} == {"unreadable-stream"}
        told = [(it["EventType"], it["Arrivals"]) for it in held]
        assert told == [("WorkOrderUpdated", 2), ("WorkOrderCreated", 1)]
        assert all(damaged.sentence(stream_id) in it["Problem"] for it in held)
        refused = caller.service.command(*release, "--json")
        assert (refused.returncode, len(json.loads(refused.stdout)["Refused"])) == (1, 2)
        assert damaged.sentence(stream_id) in refused.stdout
    log = caller.service.log.read_text()
    assert log.count(f"is set aside: {damaged.sentence(stream_id)}") == 3
    assert not any(secret in log for secret in caller.query.values())
    done = caller.service.json(*release, "--reason-matches", "unreadable-stream")
    assert [it["Version"] for it in done["Released"]] == [2, 3]
    events = caller.service.json("history", damaged.client_id, "--work-order", "7")["Events"]
    assert [(it["Origin"], it["Verdict"]) for it in events] == [
        ("webhook", "recorded"),
        ("released", "recorded"),
        # What its bytes say was said before, but not last: the stream decides, as ever.
        ("released", "recorded"),
    ]
    assert kept(damaged) == []
    assert caller.post(FIRST).headers["worktrail-verdict"] == "repeated"


def test_who_asks_for_it_or_wants_it_opened_is_told_why_not(damaged: Damaged) -> None:
    asking, service = damaged.asking, damaged.caller.service
    with unreadable(damaged.database, damaged.position) as stream_id:
        distrust_head(damaged.database, stream_id)
        for answer in (
            asking.get("/WorkOrders/7"),
            asking.get("/WorkOrders/7/History"),
            asking.post("/Activities", {"WorkOrderId": 7}),
        ):
            assert answer.status_code == 503
            assert damaged.sentence(stream_id) in answer.json()["Message"]
        [told] = asking.post("/Activities", [{"WorkOrderId": 7}]).json()
        assert damaged.sentence(stream_id) in told["Message"]
        for command in (
            ("activities", "open", damaged.client_id, "7"),
            ("history", damaged.client_id, "--work-order", "7"),
        ):
            ended = service.command(*command)
            assert (ended.returncode, ended.stdout) == (1, "")
            assert ended.stderr.startswith(f"worktrail: {damaged.sentence(stream_id)}")
            assert len(ended.stderr.splitlines()) == 1
    assert damaged.sentence(stream_id) in service.log.read_text()
    assert asking.post("/Activities", {"WorkOrderId": 7}).json()["ActivityId"] == 1
