"""`worktrail activities unlinked`: enough of each work order to decide."""

from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from tests.application.conftest import read_side, stopping, writer
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.interfaces.cli.commands import CommandLine

__all__ = ["read_side", "stopping", "writer"]

BODY = """{"Object": {
    "Id": 7, "Number": "N-7", "Status": {"Primary": "OPEN", "Extended": "DISPATCHED"},
    "Trade": "DOORS", "Priority": "P1", "LocationId": 12, "LocationName": "Harbour %s",
    "ScheduledDate": "2026-07-08T09:12:44", "Description": "It does\\n\\u001b[2J not close."
}}"""


@pytest.fixture
def acme(command_line: CommandLine, writer: JournalWriter, read_side: ReadSide) -> str:
    """A client with three work orders that nobody follows."""
    client_id: str = command_line.json("clients", "add", "Acme")["ClientId"]
    for number in (5, 6):
        writer.write([reporting(UUID(client_id), number, b'{"Object":{"Id":%d}}' % number)])
    writer.write([reporting(UUID(client_id), 7, BODY.encode())])
    read_side.catch_up()
    return client_id


def test_programs_get_the_state_of_each(command_line: CommandLine, acme: str) -> None:
    listed = command_line.json("activities", "unlinked", acme)
    assert [row["WorkOrderId"] for row in listed] == [7, 6, 5]
    assert list(listed[0]) == ["WorkOrderId", "RecordedAt", "ReportedAt", "State"]
    state = listed[0]["State"]
    assert state["Status"] == {"Primary": "OPEN", "Extended": "DISPATCHED"}
    assert (state["Beyond"]["LocationName"], state["Notes"]) == ("Harbour %s", [])


def test_people_see_one_line_for_each(command_line: CommandLine, acme: str) -> None:
    result = command_line.run("activities", "unlinked", acme, "--limit", "2")
    *_, seventh, sixth = result.stdout.rstrip().splitlines()
    for shown in ("7 ", "N-7", "OPEN / DISPATCHED", "DOORS", "P1", "Harbour %s", "2026-07-08"):
        assert shown in seventh
    assert "It does \\x1b[2J not close." in seventh
    assert sixth.split()[0] == "6"
    assert result.stderr == "There are more than 2: see --limit.\n"


def test_of_a_disagreement_the_preferred_sender_s_word_is_shown(
    command_line: CommandLine, acme: str, writer: JournalWriter, read_side: ReadSide
) -> None:
    command_line.json("clients", "keys", "add", acme, "--sender", "provider")
    other = b'{"Object":{"Id":7,"Trade":"WINDOWS"}}'
    writer.write([reporting(UUID(acme), 7, other, sender="provider")])
    read_side.catch_up()

    def shown() -> tuple[str, bool]:
        told = command_line.json("activities", "unlinked", acme)[0]["State"]["Trade"]
        printed = command_line.text("activities", "unlinked", acme)
        return told, str(told) in printed

    assert shown() == ("WINDOWS", True)
    command_line.json("clients", "prefer", acme, "default")
    assert shown() == ("DOORS", True)


def test_one_that_went_to_another_provider_is_shown_as_assigned_elsewhere_until_it_returns(
    command_line: CommandLine, acme: str, writer: JournalWriter, read_side: ReadSide
) -> None:
    def told(provider: int) -> list[object]:
        body = b'{"Object":{"Id":7,"ProviderId":%d}}' % provider
        writer.write([reporting(UUID(acme), 7, body)])
        read_side.catch_up()
        listed = command_line.json("activities", "unlinked", acme)
        return [row["State"]["AssignedElsewhere"] for row in listed]

    assert told(30) == [None, None, None]
    [away, *others] = told(31)
    assert isinstance(away, dict)
    assert (away["ProviderId"], away["LeftProviderId"], away["Until"]) == (31, 30, None)
    assert others == [None, None]
    [line] = [
        line for line in command_line.text("activities", "unlinked", acme).splitlines()
        if "N-7" in line
    ]  # fmt: skip
    assert "with provider 31" in line
    assert told(30) == [None, None, None]
    assert "with provider" not in command_line.text("activities", "unlinked", acme)
