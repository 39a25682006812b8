"""`worktrail gaps`: the day after an outage, for people and for programs."""

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from application.clients import Clients
from application.journal_writer import JournalWriter
from domain.activity import ReportWorkOrder
from domain.client import AttemptsRefused
from domain.runs import Run
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.event_ids import new_event_id
from infrastructure.process_runs import PostgresProcessRuns
from tests.application.conftest import aggregates, clients, read_side, registry, stopping, writer
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.interfaces.cli.commands import CommandLine

__all__ = ["aggregates", "clients", "read_side", "registry", "stopping", "writer"]

HOUR = timedelta(hours=1)
BODIES = (
    '{"Object":{"Id":1,"Status":{"Primary":"OPEN"},"Notes":[{"Id":9,"Number":1}]}}',
    '{"Object":{"Id":2,"Status":{"Primary":"COMPLETED"}}}',
    '{"Object":{"Id":3}}',
)
LATER = b'{"Object":{"Id":1,"Notes":[{"Id":12,"Number":4}]}}'


@pytest.fixture
def acme(
    command_line: CommandLine,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    clients: Clients,
) -> str:
    """A client from yesterday; the service was killed three hours ago and started an hour later."""
    client_id: str = command_line.json("clients", "add", "Acme")["ClientId"]
    for number, body in enumerate(BODIES, start=1):
        writer.write([reporting(UUID(client_id), number, body.encode())])
    later = reporting(UUID(client_id), 1, LATER)
    assert isinstance(later.command, ReportWorkOrder)
    read_side.execute("UPDATE event_log SET recorded_at = recorded_at - interval '1 day'")
    writer.write(
        [replace(later, command=replace(later.command, arrived_at=now()), arrived_at=now())]
    )
    minute = now().replace(second=0, microsecond=0) - HOUR
    clients.count(UUID(client_id), AttemptsRefused(minute, 3, "192.0.2.1"))
    read_side.catch_up()
    runs = PostgresProcessRuns(database)
    runs.save([Run(new_event_id(), now() - 30 * HOUR, now() - 3 * HOUR)])
    runs.save([Run(new_event_id(), now() - 2 * HOUR, now() + HOUR)])
    return client_id


def test_programs_get_every_gap_with_what_to_fetch_again(
    command_line: CommandLine, acme: str
) -> None:
    found = command_line.json("gaps", "acme")
    assert list(found) == [
        "ClientId", "Since", "Until", "RunsRecordedSince", "Gaps", "FetchAgain", "UnknownRhythms",
        "NoteHints", "LagEvents",
    ]  # fmt: skip
    assert found["ClientId"] == acme
    down, refusing = found["Gaps"]
    assert (down["Kind"], down["IsOver"], down["Count"]) == ("down", True, None)
    assert down["OpenWorkOrders"] == [1, 3]
    lasted = datetime.fromisoformat(down["Until"]) - datetime.fromisoformat(down["From"])
    assert timedelta(minutes=59) < lasted < timedelta(minutes=61)
    assert (refusing["Kind"], refusing["Count"]) == ("refusing", 3)
    assert (down["LikelyRedelivered"], refusing["LikelyRedelivered"]) == (False, True)
    assert found["FetchAgain"] == [1, 3]
    assert found["UnknownRhythms"] == ["default"]
    assert found["LagEvents"] == 0


def test_people_see_a_line_for_each_and_what_could_not_be_known(
    command_line: CommandLine, acme: str
) -> None:
    shown = command_line.run("gaps", acme, "--since", "2026-01-01T00:00Z")
    lines = [line.strip() for line in shown.stdout.splitlines()]
    down, refusing = [line for line in lines if line.startswith(("down", "refusing"))]
    assert "No process served: the last one before was killed" in down
    assert "likely" in refusing
    assert "3 attempts were refused for keys, signature or body, from 192.0.2.1." in refusing
    assert "To be fetched from the sender again, 2: 1, 3." in shown.stdout
    assert "Too little is known of default to tell its silences." in shown.stderr
    assert "Traceback" not in shown.stderr


@pytest.fixture
def down(acme: str, read_side: ReadSide) -> str:
    """The same client; the service was killed again half an hour ago."""
    read_side.execute(
        "UPDATE process_runs SET alive_at = now() - interval '30 minutes' WHERE alive_at > now()"
    )
    return acme


def test_programs_are_told_that_a_gap_still_goes_on(
    command_line: CommandLine, down: str, clients: Clients
) -> None:
    clients.count(UUID(down), AttemptsRefused(now().replace(second=0, microsecond=0), 3))
    gaps = command_line.json("gaps", "acme")["Gaps"]
    assert [(gap["Kind"], gap["Until"], gap["IsOver"]) for gap in gaps if not gap["Until"]] == [
        ("down", None, False),
        ("refusing", None, False),
    ]
    assert [(gap["Kind"], gap["IsOver"]) for gap in gaps if gap["Until"]] == [
        ("down", True),
        ("refusing", True),
    ]


def test_people_are_told_that_a_gap_still_goes_on(command_line: CommandLine, down: str) -> None:
    shown = command_line.text("gaps", down)
    lines = [line.strip() for line in shown.splitlines()]
    over, still = [line for line in lines if line.startswith("down")]
    assert "still going on" in still
    assert "still" not in over
    assert shown.count("still going on") == 1


@pytest.mark.usefixtures("down")
def test_of_an_earlier_time_nobody_says_that_it_still_goes_on(command_line: CommandLine) -> None:
    until = f"{now() - HOUR / 4:%Y-%m-%dT%H:%M:%SZ}"
    *_, last = command_line.json("gaps", "acme", "--until", until)["Gaps"]
    assert (last["Kind"], last["IsOver"], last["Until"]) == ("down", False, until)
    shown = command_line.text("gaps", "acme", "--until", until)
    assert "not over" in shown
    assert "still" not in shown


@pytest.fixture
def restored(command_line: CommandLine, acme: str, read_side: ReadSide) -> tuple[str, str]:
    """From when until when the log has lost what was on record."""
    told = command_line.json("restored", "--last-position", "2000")
    command_line.json("activities", "open", acme, "7")
    read_side.catch_up()
    return told["LastRecordedAt"], told["RestoredAt"]


def test_programs_are_told_what_a_restored_log_lost(
    command_line: CommandLine, restored: tuple[str, str]
) -> None:
    found = command_line.json("gaps", "acme")
    [gap] = [gap for gap in found["Gaps"] if gap["Kind"] == "restored"]
    assert (gap["From"], gap["Until"]) == restored
    assert (gap["IsOver"], gap["LikelyRedelivered"]) == (True, False)
    assert re.search(r"lacks positions \d+–2000: what was acknowledged", gap["Message"])
    assert gap["OpenWorkOrders"] == found["FetchAgain"] == [1, 3]


@pytest.mark.usefixtures("restored")
def test_people_are_told_what_a_restored_log_lost(command_line: CommandLine) -> None:
    lines = [line.strip() for line in command_line.text("gaps", "acme").splitlines()]
    [line] = [line for line in lines if line.startswith("restored")]
    assert "The log was put back from a backup" in line
    assert "likely" not in line


def test_holes_in_note_numbers_are_told_as_hints(command_line: CommandLine, acme: str) -> None:
    shown = command_line.run("gaps", acme).stdout
    [title] = [line for line in shown.splitlines() if line.startswith("Hints only")]
    assert title == "Hints only: these numbers are missing between notes."
    [hint] = command_line.json("gaps", acme)["NoteHints"]
    assert (hint["WorkOrderId"], hint["FirstMissing"], hint["LastMissing"]) == (1, 2, 3)


def test_without_a_gap_that_is_said(command_line: CommandLine, acme: str) -> None:
    shown = command_line.run("gaps", acme, "--since", f"{now() - HOUR / 2:%Y-%m-%dT%H:%M:%SZ}")
    assert shown.stdout.startswith("No gaps from ")
    assert shown.exit_code == 0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            ("--since", "2026-03-02T00:00Z", "--until", "2026-03-01T00:00Z"),
            "--since must lie before --until, and in the past.",
        ),
        (("--since", "2999-01-01T00:00Z"), "--since must lie before --until, and in the past."),
        (("--since", "2026-03-02"), "'2026-03-02' is no time with an offset or Z."),
    ],
)
def test_times_that_make_no_sense_are_refused(
    command_line: CommandLine, options: tuple[str, ...], sentence: str
) -> None:
    refused = command_line.run("gaps", "Acme", *options)
    assert refused.exit_code == 2
    assert sentence in refused.stderr


def test_a_client_that_nobody_knows_is_refused(command_line: CommandLine) -> None:
    assert command_line.refused("gaps", "Nobody") == "worktrail: There is no client Nobody."
