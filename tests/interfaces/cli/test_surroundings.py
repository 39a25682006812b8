"""What `history` prints below the timeline: other providers, recalls, and disagreements."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from tests.application.conftest import read_side, stopping, writer
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.interfaces.cli.commands import CommandLine

__all__ = ["read_side", "stopping", "writer"]


class Told:
    """A client whose senders report, and what is printed of its work orders."""

    def __init__(self, command_line: CommandLine, writer: JournalWriter) -> None:
        self._command_line = command_line
        self._client_id = UUID(command_line.json("clients", "add", "Acme")["ClientId"])
        self._writer = writer

    def report(self, number: int, hour: int, sender: str = "default", **said: object) -> None:
        """Report a work order at this hour of a day."""
        at = datetime(2026, 2, 27, hour, tzinfo=UTC)
        told = {"Id": number, "UpdatedDate_DTO": at.isoformat(), **said}
        body = json.dumps({"Object": told}).encode()
        entry = reporting(self._client_id, number, body, reported_at=at, sender=sender)
        self._writer.write([entry])

    def below(self, number: int, *options: str) -> list[str]:
        """Return the lines below the last event and its changes, without their margin."""
        asked = ("history", "Acme", "--work-order", str(number), *options)
        lines = [line.strip() for line in self._command_line.text(*asked).splitlines()]
        told = (place for place, line in enumerate(lines) if "→" in line or line[0].isdigit())
        return lines[max(told) + 1 :]


@pytest.fixture
def told(command_line: CommandLine, writer: JournalWriter) -> Told:
    return Told(command_line, writer)


def test_every_time_with_another_provider_has_a_line(told: Told) -> None:
    told.report(7, 8, ProviderId=5)
    told.report(7, 9, ProviderId=6)
    told.report(7, 11, ProviderId=5)
    told.report(7, 12, ProviderId=6)
    told.report(7, 13, Trade="DOORS")
    told.report(7, 14, ProviderId=5)
    told.report(7, 15, ProviderId=8)
    assert told.below(7) == [
        "assigned elsewhere, to provider 6, from 2026-02-27 09:00:00Z until 2026-02-27 11:00:00Z"
        " (it left 5), and nothing was reported of that time",
        "assigned elsewhere, to provider 6, from 2026-02-27 12:00:00Z until 2026-02-27 14:00:00Z"
        " (it left 5)",
        "assigned elsewhere, to provider 8, from 2026-02-27 15:00:00Z"
        " (it left 5), and nothing was reported of that time",
    ]
    assert told.below(7, "--effective-at", "2026-02-27T10:00:00Z") == [
        "assigned elsewhere, to provider 6, from 2026-02-27 09:00:00Z"
        " (it left 5), and nothing was reported of that time"
    ]


def test_recalls_have_a_line_each_on_both_sides(told: Told, read_side: ReadSide) -> None:
    told.report(1, 8)
    told.report(3, 9, RecallWorkOrder=1)
    told.report(2, 10, RecallWorkOrder=1)
    told.report(4, 11, RecallWorkOrder=3)
    read_side.catch_up()
    assert told.below(1) == ["recalled by work order 2", "recalled by work order 3"]
    assert told.below(3) == ["a recall of work order 1", "recalled by work order 4"]
    assert told.below(4) == ["a recall of work order 3"]


def test_each_disagreement_has_a_line_with_every_senders_last_word(told: Told) -> None:
    told.report(7, 8, "subscriber", Nte=500, Trade="DOORS", Status={"Primary": "OPEN"})
    told.report(7, 9, "provider", Nte=350, Trade="DOORS", Status={"Primary": "COMPLETED"})
    assert told.below(7) == [
        "senders disagree on Nte: provider 350 (version 2, 2026-02-27 09:00:00Z);"
        " subscriber 500 (version 1, 2026-02-27 08:00:00Z)",
        "senders disagree on Status: provider COMPLETED (version 2, 2026-02-27 09:00:00Z);"
        " subscriber OPEN (version 1, 2026-02-27 08:00:00Z)",
    ]
    told.report(7, 10, "subscriber", Nte=350, Status={"Primary": "COMPLETED"})
    assert told.below(7) == []


def test_no_word_of_a_sender_forges_a_line(told: Told) -> None:
    told.report(7, 8, "subscriber", Trade="DOORS")
    told.report(7, 9, "provider", Trade="LOCKS\n    9  2026-01-01 00:00:00Z\x1b[2J")
    [line] = told.below(7)
    assert line.startswith("senders disagree on Trade: provider LOCKS\\n    9  2026-01-01")
    assert "\x1b" not in line
