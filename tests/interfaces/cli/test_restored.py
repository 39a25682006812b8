"""Recording a restore from the command line: what it says, and what it refuses."""

import re
from datetime import datetime

import msgspec
import psycopg
import pytest

from tests.interfaces.cli.commands import CommandLine


@pytest.fixture
def client(command_line: CommandLine) -> str:
    """A client with ten activities, the last of which was opened at the log's end."""
    client = str(command_line.json("clients", "add", "Acme")["ClientId"])
    for number in range(1, 11):
        command_line.json("activities", "open", client, str(number))
    return client


def test_the_log_and_the_activity_ids_go_on_beyond_what_is_known(
    command_line: CommandLine, client: str
) -> None:
    told = command_line.json(
        "restored", "--last-position", "20", "--last-activity-id", "acme=13", "--reason", "fire"
    )
    assert re.fullmatch("cli:.+", told.pop("Actor"))
    assert datetime.fromisoformat(told.pop("LastRecordedAt")) <= datetime.fromisoformat(
        told.pop("RestoredAt")
    )
    assert told == {
        "Epoch": 2,
        "RestoredEnd": 14,
        "FirstPosition": 21,
        "Assumed": False,
        "Reason": "fire",
        "LastActivityIds": [{"ClientId": client, "ActivityId": 13}],
        "Recorded": True,
        "DryRun": False,
    }
    assert command_line.json("activities", "open", client, "11")["ActivityId"] == 14
    assert command_line.json("activities", "list", client)


def test_what_is_not_given_is_assumed_and_said(command_line: CommandLine, client: str) -> None:
    text = command_line.text("restored")
    lines = text.splitlines()
    assert lines[0] == "Epoch 2 began."
    assert lines[1].startswith("The log ends at position 14, recorded 2")
    assert lines[2] == (
        "Lost: 15 to 2000000: as many as could have been written since. It goes on at 2000001."
    )
    assert lines[3] == "Acme: activity ids go on behind 1000010."
    assert command_line.json("activities", "open", client, "11")["ActivityId"] == 1_000_011


def test_a_dry_run_records_nothing(command_line: CommandLine, client: str) -> None:
    told = command_line.json("restored", "--last-position", "20", "--dry-run")
    assert (told["Epoch"], told["FirstPosition"], told["Recorded"]) == (2, 21, False)
    assert command_line.text("restored", "--last-position", "20", "--dry-run").startswith(
        "This would begin epoch 2.\n"
    )
    assert command_line.json("restored", "--list") == []
    assert command_line.json("activities", "open", client, "11")["ActivityId"] == 11


@pytest.mark.usefixtures("client")
def test_given_again_it_tells_the_epoch_that_is_there(command_line: CommandLine) -> None:
    first = command_line.json("restored", "--last-position", "20")
    again = command_line.json("restored", "--last-position", "20")
    assert again == {**first, "Recorded": False}
    assert command_line.json("restored") == again
    assert "on record already" in command_line.text("restored")
    assert [epoch["Epoch"] for epoch in command_line.json("restored", "--list")] == [2]


def test_restores_are_listed(command_line: CommandLine, client: str) -> None:
    command_line.json("restored", "--last-position", "20", "--reason", "fire")
    command_line.json("activities", "open", client, "11")
    command_line.json("restored", "--last-position", "30")
    table = command_line.text("restored", "--list")
    assert re.search(r"2 +15 to 20 .+ cli:\S+ +fire", table)
    assert re.search(r"3 +23 to 30 ", table)
    assert len(command_line.json("restored", "--list")) == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--last-position", "14"), "The log ends at position 14, and 14 is not beyond it"),
        (("--last-position", "0"), "0 is not in the range"),
        (("--last-activity-id", "Acme"), "This is no CLIENT=N."),
        (("--last-activity-id", "Acme=0"), "0 is not in the range"),
        (("--last-activity-id", "Nobody=7"), "There is no client Nobody."),
        (
            ("--last-activity-id", "Acme=7", "--last-activity-id", "acme=8"),
            "The last activity id of Acme is given twice.",
        ),
        (("--list", "--dry-run"), "With --list nothing else is given."),
        (("--reason", " "), "A reason that says nothing is none."),
    ],
)
@pytest.mark.usefixtures("client")
def test_what_cannot_be_is_refused(
    command_line: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in command_line.refused("restored", *arguments)
    assert command_line.json("restored", "--list") == []


def test_an_empty_log_needs_the_last_position(command_line: CommandLine) -> None:
    assert "The log is empty" in command_line.refused("restored")
    assert command_line.json("restored", "--last-position", "7")["FirstPosition"] == 8


@pytest.mark.usefixtures("client")
def test_the_doctor_says_the_epoch_and_what_cannot_follow(
    command_line: CommandLine, schema_url: str
) -> None:
    def told() -> dict[str, tuple[str, str | None]]:
        result = command_line.run("doctor", "--json")
        rows = msgspec.json.decode(result.stdout)
        return {row["Name"]: (row["Value"], row["Problem"]) for row in rows}

    assert told()["epoch"] == ("1, the log was never restored", None)
    with psycopg.connect(schema_url) as connection:
        connection.execute("UPDATE projection_generations SET position = 17")
    value, problem = told()["timeline"]
    assert value == "at position 17"
    assert "restored, and rebuild it" in str(problem)
    command_line.json("restored")
    assert told()["epoch"][0].startswith(
        "2, from position 2000001 on; the backup ended at 14, and was put back 2"
    )
