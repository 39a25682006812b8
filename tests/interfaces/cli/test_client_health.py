"""`worktrail clients health`: who has fallen silent, for people and for programs."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from infrastructure.clock import now
from tests.application.conftest import read_side, stopping, writer
from tests.application.read_side import ReadSide
from tests.application.test_delivery_health import deliver
from tests.interfaces.cli.commands import CommandLine

__all__ = ["read_side", "stopping", "writer"]

LAST = now() - timedelta(days=3)


@pytest.fixture
def acme(command_line: CommandLine, writer: JournalWriter, read_side: ReadSide) -> str:
    """A client of whom nothing was heard for three days, beside one that was never heard of."""
    client_id: str = command_line.json("clients", "add", "Acme")["ClientId"]
    command_line.json("clients", "add", "Beta")
    deliver(writer, UUID(client_id), LAST)
    read_side.catch_up()
    return client_id


def test_programs_get_every_client_with_its_days(command_line: CommandLine, acme: str) -> None:
    silent, unheard = command_line.json("clients", "health")
    assert (silent["ClientId"], silent["Name"]) == (acme, "Acme")
    assert datetime.fromisoformat(silent["LastSeen"]) == LAST
    assert silent["SilentSince"] == silent["LastSeen"]
    assert silent["Days"] == [
        {
            "Day": LAST.date().isoformat(), "Reports": 1, "Tests": 0, "Repeats": 0, "Late": 0,
            "Quarantined": 0, "Unrelated": 0, "Refused": 0, "Pings": 0,
            "LastSeen": silent["LastSeen"],
        }
    ]  # fmt: skip
    assert silent["LagEvents"] == 0
    assert {name: unheard[name] for name in ("Name", "LastSeen", "SilentSince", "Days")} == {
        "Name": "Beta", "LastSeen": None, "SilentSince": None, "Days": [],
    }  # fmt: skip
    assert command_line.json("clients", "health", "Acme", "--days", "2")[0]["Days"] == []


def test_people_see_who_is_silent_and_the_days_of_the_one_they_ask_for(
    command_line: CommandLine, writer: JournalWriter, acme: str
) -> None:
    shown = f"{LAST:%Y-%m-%d %H:%M:%S}Z"
    lines = [line.split() for line in command_line.text("clients", "health").splitlines()]
    assert [acme, "Acme", *shown.split(), *shown.split()] in lines
    assert any(line[1:] == ["Beta", "never"] for line in lines)

    deliver(writer, UUID(acme), now())
    result = command_line.run("clients", "health", "Acme")
    *_, day = result.stdout.rstrip().splitlines()
    assert day.split() == [f"{LAST:%Y-%m-%d}", "1", *"0000000", *shown.split()]
    assert result.stderr == "The read models are 1 events behind what was received.\n"
