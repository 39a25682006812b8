"""What a read model cannot take, as an operator meets it: named, waiting alone, and going on."""

import json
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.identity import activity_stream
from infrastructure.database import Database
from tests.interfaces.api.asking import Asking, asking_of
from tests.interfaces.cli.commands import CommandLine
from tests.running import Service

BREAK = (
    "ALTER TABLE activity_search_1 ADD CONSTRAINT picky CHECK (trade NOT IN ('POISON', 'PUMPS'))"
)
MEND = "ALTER TABLE activity_search_1 DROP CONSTRAINT picky"
DAMAGE = "UPDATE activity_search_1 SET trade = 'NOBODY SAID SO' WHERE trade = 'LOCKS'"
PROBLEM = "The table cannot hold the row (CheckViolation)."


@pytest.fixture
def site(schema_url: str, tmp_path: Path) -> Generator[Service]:
    with Service(schema_url, tmp_path).running() as site:
        yield site


@pytest.fixture
def asking(site: Service) -> Generator[Asking]:
    with asking_of(site) as asking:
        yield asking


@pytest.fixture
def other(site: Service) -> Generator[Asking]:
    with asking_of(site) as other:
        yield other


def execute(database: Database, statement: str) -> None:
    with database.connection() as connection:
        connection.execute(statement.encode())


def poison(database: Database, asking: Asking) -> None:
    """Let the search refuse what is said of work order 2, and more be said of both."""
    asking.report(1, Trade="DOORS")
    asking.report(2, Trade="DOORS")
    asking.catch_up()
    execute(database, BREAK)
    for work_order_id, trade in ((2, "POISON"), (1, "LOCKS"), (2, "PUMPS")):
        asking.report(work_order_id, Trade=trade)


def trades(asking: Asking) -> dict[int, str]:
    """Return what a search has of each work order."""
    page = asking.get("/WorkOrders").json()
    return {row["WorkOrderId"]: row["Trade"] for row in page["WorkOrders"]}


def parked(command_line: CommandLine) -> dict[str, list[dict[str, Any]]]:
    """Return what waits in each read model; all of them follow."""
    listed = command_line.json("projections", "list")
    assert {(row["State"], row["Error"]) for row in listed} == {("following", None)}
    assert all(row["Parked"] == len(row["ParkedStreams"]) for row in listed)
    return {row["Name"]: row["ParkedStreams"] for row in listed}


def test_a_parked_stream_is_named_and_nothing_else_waits(
    asking: Asking, other: Asking, database: Database, command_line: CommandLine
) -> None:
    begun = datetime.now(UTC)
    poison(database, asking)
    other.report(2, Trade="ROOFS")
    asking.catch_up()

    waiting = parked(command_line)
    [told] = waiting.pop("activity_search")
    assert not any(waiting.values())
    [event] = [
        item
        for item in asking.get("/Events").json()["Events"]
        if item["Changes"] == [{"Field": "Trade", "From": "DOORS", "To": "POISON"}]
    ]
    stream_id = str(activity_stream(asking.caller.keys.client_id, 2))
    assert told["StreamId"] == stream_id
    assert (told["Position"], told["Event"]) == (event["Position"], "WorkOrderReported")
    assert told["Problem"] == PROBLEM
    assert begun <= datetime.fromisoformat(told["Since"]) <= datetime.now(UTC)
    shown = command_line.text("projections", "list").splitlines()
    [line] = [line for line in shown if PROBLEM in line]
    assert line.split()[:4] == [
        "activity_search", stream_id, str(event["Position"]), "WorkOrderReported",
    ]  # fmt: skip

    assert trades(asking) == {1: "LOCKS", 2: "DOORS"}
    assert trades(other) == {2: "ROOFS"}
    assert asking.get("/WorkOrders/2").json()["State"]["Trade"] == "PUMPS"


def test_after_the_fix_a_parked_stream_goes_on(
    asking: Asking, database: Database, command_line: CommandLine
) -> None:
    poison(database, asking)
    asking.catch_up()
    before = parked(command_line)
    in_vain = command_line.text("projections", "retry", "activity-search")
    assert in_vain == "activity-search: 0 streams go on, 1 still wait.\n"
    assert parked(command_line) == before

    execute(database, MEND)
    [retried] = command_line.json("projections", "retry", "activity_search")
    assert retried == {"Name": "activity_search", "Resumed": 1, "Parked": 0}
    assert trades(asking) == {1: "LOCKS", 2: "PUMPS"}
    asking.report(2, Trade="POISON")
    asking.catch_up()
    assert trades(asking) == {1: "LOCKS", 2: "POISON"}
    assert not any(parked(command_line).values())
    assert all(
        verdict["Equal"] and not verdict["Parked"]
        for verdict in command_line.json("projections", "verify", "--all")
    )


def test_verify_is_content_with_what_is_parked_and_with_nothing_else(
    asking: Asking, database: Database, command_line: CommandLine
) -> None:
    poison(database, asking)
    asking.catch_up()
    shown = command_line.text("projections", "verify", "activity_search", "timeline").splitlines()
    assert shown[0].startswith("activity_search: equal except 1 parked, 2 rows at position ")
    assert shown[1].startswith("timeline: equal, ")

    execute(database, DAMAGE)
    result = command_line.run("projections", "verify", "--all")
    assert result.exit_code == 1
    said = dict(line.split(": ", 1) for line in result.stdout.splitlines() if line[0] != " ")
    assert said.pop("activity_search").startswith("1 of 2 rows at position ")
    assert all(sentence.startswith("equal, ") for sentence in said.values())
    stream_id = activity_stream(asking.caller.keys.client_id, 1)
    assert f"  stream_id {stream_id} (events " in result.stdout
    assert "    trade: LOCKS expected, NOBODY SAID SO found\n" in result.stdout

    result = command_line.run("projections", "verify", "activity_search", "--json")
    assert result.exit_code == 1
    [verdict] = json.loads(result.stdout)
    assert (verdict["Equal"], verdict["Parked"], verdict["Different"]) == (False, 1, 1)
    [difference] = verdict["Differences"]
    assert difference["Key"] == {"stream_id": str(stream_id)}
    assert difference["Columns"] == [
        {"Name": "trade", "Expected": "LOCKS", "Found": "NOBODY SAID SO"}
    ]
    positions = [
        item["Position"]
        for item in asking.get("/Events").json()["Events"]
        if item["WorkOrderId"] == 1
    ]
    assert difference["Positions"] == positions
