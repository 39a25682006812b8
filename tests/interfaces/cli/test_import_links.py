"""`worktrail activities import`, and what is left when it is killed."""

import json
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from domain.activity import ActivityOpened
from infrastructure.database import Database
from tests.application.conftest import read_side, stopping, writer
from tests.application.read_side import ReadSide
from tests.application.whole_log import WholeLog
from tests.commands import reporting
from tests.interfaces.cli.commands import CommandLine
from tests.running import Service
from tests.waiting import until

__all__ = ["read_side", "stopping", "writer"]


@pytest.fixture
def acme(command_line: CommandLine) -> str:
    client_id: str = command_line.json("clients", "add", "Acme")["ClientId"]
    return client_id


def file_of(folder: Path, *lines: str, heading: str = "WorkOrderId,ActivityId") -> str:
    file = folder / "links.csv"
    file.write_text("\n".join([heading, *lines, ""]), encoding="utf-8")
    return str(file)


def test_a_file_is_imported_and_then_there_is_nothing_to_do(
    command_line: CommandLine, acme: str, tmp_path: Path
) -> None:
    file = file_of(tmp_path, "7,100", "8,101")
    told = command_line.json("activities", "import", "Acme", file, "--reason", "day one")
    assert told == {
        "ClientId": acme,
        "Lines": 2,
        "DryRun": False,
        "ToOpen": 2,
        "Opened": 2,
        "OpenAlready": 0,
        "Problems": [],
        "LagEvents": 0,
    }
    again = command_line.text("activities", "import", "Acme", file)
    assert again == "0 opened, 2 open already.\n"
    listed = command_line.json("activities", "list", "Acme")
    assert [(row["WorkOrderId"], row["ActivityId"]) for row in listed] == [(7, 100), (8, 101)]
    [event] = command_line.json("history", "Acme", "--work-order", "7")["Events"]
    assert event["Reason"] == "day one"


def test_a_dry_run_changes_nothing(command_line: CommandLine, acme: str, tmp_path: Path) -> None:
    file = file_of(tmp_path, "7,100")
    shown = command_line.text("activities", "import", acme, file, "--dry-run")
    assert shown == "1 would be opened, 0 open already.\n"
    assert command_line.json("activities", "list", acme) == []


def test_one_wrong_line_and_nothing_is_done(
    command_line: CommandLine, acme: str, tmp_path: Path
) -> None:
    file = file_of(tmp_path, "7,100", "8,100", "nine,9", "10", "11,0")
    result = command_line.run("activities", "import", acme, file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "line 3: Activity 100 is on line 2 already.",
        "line 4: 'nine' is no work order's id.",
        "line 5: The line has 1 columns, the first line 2.",
        "line 6: Activity id 0 is not between 1 and 2147483647.",
        "worktrail: Nothing was opened: 4 lines are wrong.",
    ]
    told = command_line.run("activities", "import", acme, file, "--json")
    assert told.exit_code == 1
    assert [problem["Line"] for problem in json.loads(told.stdout)["Problems"]] == [3, 4, 5, 6]
    assert command_line.json("activities", "list", acme) == []


def test_by_number_only_what_the_search_knows_of_is_found(
    command_line: CommandLine,
    acme: str,
    tmp_path: Path,
    writer: JournalWriter,
    read_side: ReadSide,
) -> None:
    writer.write([reporting(UUID(acme), 7, b'{"Object":{"Id":7,"Number":"N-7"}}')])
    file = file_of(tmp_path, "N-7,100", heading="Number,ActivityId")
    result = command_line.run("activities", "import", acme, file)
    first, behind, last = result.stderr.splitlines()
    assert first == "line 2: No work order with the Number 'N-7' is known."
    assert "events behind" in behind
    assert last == "worktrail: Nothing was opened: one line is wrong."
    read_side.catch_up()
    assert command_line.json("activities", "import", acme, file)["Opened"] == 1
    assert command_line.json("activities", "list", acme) == [{"ActivityId": 100, "WorkOrderId": 7}]


def test_a_file_comes_from_standard_input_as_well(command_line: CommandLine, acme: str) -> None:
    given = "Activity Id;Work Order Id\n5;7\n"
    assert command_line.json("activities", "import", acme, "-", given=given)["Opened"] == 1


def test_a_file_without_a_heading_or_not_there_is_refused_in_a_sentence(
    command_line: CommandLine, acme: str, tmp_path: Path
) -> None:
    without = command_line.refused("activities", "import", acme, file_of(tmp_path, heading="7,5"))
    assert "The first line has to name a column ActivityId" in without
    assert "No such file" in command_line.refused("activities", "import", acme, "nowhere.csv")


def test_killed_at_any_point_it_goes_on_where_it_was(
    schema_url: str, database: Database, tmp_path: Path
) -> None:
    site = Service(schema_url, tmp_path)
    client_id = site.json("clients", "add", "Acme")["ClientId"]
    links = [(7_000 + n, n) for n in range(1, 3_001)]
    file = file_of(tmp_path, *(f"{work_order},{activity}" for work_order, activity in links))
    log = WholeLog(database)
    chance = Random(6)
    for _ in range(3):
        some = len(log.links()) + chance.randrange(1, 900)
        with site.beside("activities", "import", client_id, file) as importing:
            until(lambda: len(log.links()) >= some, seconds=60)  # noqa: B023
            importing.kill()
            importing.wait()
    told = site.json("activities", "import", client_id, file)
    assert told["Opened"] + told["OpenAlready"] == 3_000
    assert told["OpenAlready"] > 0
    assert [(link.work_order_id, link.activity_id) for link in log.links()] == links
    opened = [recorded for recorded in log.events() if isinstance(recorded.event, ActivityOpened)]
    assert len(opened) == len(links)
