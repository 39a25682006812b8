"""The service keeps a record of itself that outlives a kill and a lost database."""

import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.database import Database
from tests.callers import Caller
from tests.interfaces.webhook.test_endpoint import body
from tests.running import Service
from tests.waiting import until
from tests.wire import Wire

_AGE = (
    "UPDATE process_runs SET started_at = started_at - interval '2 h', "
    "alive_at = alive_at - interval '2 h'",
    "UPDATE event_log SET recorded_at = recorded_at - interval '3 h'",
)


@pytest.fixture
def wire(schema_url: str) -> Generator[Wire]:
    """A line to the test's schema that can be cut."""
    with Wire(schema_url).forwarding() as wire:
        yield wire


def runs(database: Database) -> list[tuple[Any, ...]]:
    with database.connection() as connection:
        return connection.execute(
            "SELECT run_id, alive_at, stopped FROM process_runs ORDER BY started_at"
        ).fetchall()


def age(database: Database) -> None:
    """Let everything so far have happened hours ago."""
    with database.connection() as connection:
        for statement in _AGE:
            connection.execute(statement.encode())


def test_the_time_between_a_kill_and_the_next_start_is_told(
    schema_url: str, database: Database, folder: Path
) -> None:
    service = Service(schema_url, folder).start()
    caller = Caller(service)
    assert caller.post(body(7)).text == "1"
    until(lambda: len(runs(database)) == 1)
    service.stop(signal.SIGKILL)
    age(database)
    with service.running():
        until(lambda: len(runs(database)) == 2)
        found = service.json("gaps", str(caller.keys.client_id))
    assert [(gap["Kind"], gap["IsOver"]) for gap in found["Gaps"]] == [("down", True)]
    assert found["FetchAgain"] == [7]
    assert "killed" in found["Gaps"][0]["Message"]
    caller.close()


def test_a_stop_in_order_is_on_record_as_one(
    schema_url: str, database: Database, folder: Path
) -> None:
    service = Service(schema_url, folder).start()
    caller = Caller(service)
    caller.close()
    service.stop()
    assert [stopped for *_, stopped in runs(database)] == [True]
    age(database)
    found = service.json("gaps", str(caller.keys.client_id))
    [gap] = found["Gaps"]
    assert (gap["Kind"], gap["IsOver"]) == ("down", False)
    assert "stopped in order" in gap["Message"]


def test_what_was_answered_503_is_told_and_the_service_was_there_all_the_while(
    schema_url: str, database: Database, wire: Wire, folder: Path
) -> None:
    with Service(wire.url, folder).running() as service:
        caller = Caller(Service(schema_url, folder))
        caller.service = service
        assert caller.post(body(7)).text == "1"
        until(lambda: runs(database))
        wire.cut()
        assert caller.post(body(8)).status_code == 503
        assert caller.call("POST", params={**caller.query, "signingKey": "no"}).status_code == 503
        wire.mend()
        service.wait_until_ready()
        assert caller.post(body(9)).status_code == 200
        caller.close()
    [(_, _, stopped)] = runs(database)
    assert stopped
    found = Service(schema_url, folder).json("gaps", str(caller.keys.client_id))
    [gap] = found["Gaps"]
    assert (gap["Kind"], gap["Count"], gap["LikelyRedelivered"]) == ("unavailable", 1, True)
