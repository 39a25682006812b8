"""`worktrail reports import`: what a sender says when asked, and never shown as delivered."""

import hashlib
import json
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from domain.reconciliation import WorkOrderReconciled
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from tests.application.conftest import read_side, stopping, writer
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.interfaces.cli.commands import CommandLine
from tests.proof import prove_whole
from tests.running import Service
from tests.waiting import until

__all__ = ["read_side", "stopping", "writer"]

UPDATED = "2026-07-08T09:12:44Z"
FILE_RECORDS = [
    {"Id": 7, "Trade": "DOORS", "Status": {"Primary": "COMPLETED"}, "UpdatedDate": UPDATED},
    {"Id": 8, "Trade": "HVAC", "UpdatedDate": UPDATED},
]
RECORDS = range(6_000)
SUMMARY = "Work orders: 1 new, 1 corrected, 0 filled, 0 unchanged."


@pytest.fixture
def acme(command_line: CommandLine, writer: JournalWriter) -> str:
    """A client with one reported work order."""
    client_id: str = command_line.json("clients", "add", "Acme")["ClientId"]
    body = b'{"Object":{"Id":7,"Trade":"FUEL","Number":"N-7"}}'
    writer.write([reporting(UUID(client_id), 7, body)])
    return client_id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file with two records, one on each line."""
    file = tmp_path / "answers.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in FILE_RECORDS), encoding="utf-8")
    return file


def events(command_line: CommandLine, client: str, work_order: int) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = command_line.json(
        "history", client, "--work-order", str(work_order)
    )["Events"]
    return told


def test_a_file_is_reconciled_and_then_there_is_nothing_to_do(
    command_line: CommandLine, acme: str, file: Path
) -> None:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    told = command_line.json("reports", "import", "Acme", str(file))
    assert told == {
        "ClientId": acme, "FileDigest": digest, "DryRun": False, "Records": 2, "WorkOrders": 2,
        "New": 1, "Corrected": 1, "Filled": 0, "Unchanged": 0, "ToRecord": 2, "Recorded": 2,
        "WithWarnings": 0, "Problems": [],
    }  # fmt: skip
    again = command_line.text("reports", "import", "Acme", str(file))
    assert again == (
        "Work orders: 0 new, 0 corrected, 0 filled, 2 unchanged. 0 records put on record.\n"
    )
    state = command_line.json("history", acme, "--work-order", "7")["State"]
    assert (state["Trade"], state["Number"]) == ("DOORS", "N-7")
    assert state["Provenance"]["Trade"] == {"Version": 2, "Sender": "default"}


def test_history_tells_where_it_came_from_and_that_nobody_delivered_it(
    command_line: CommandLine, acme: str, file: Path
) -> None:
    command_line.text("reports", "import", acme, str(file))
    event = events(command_line, acme, 8)[0]
    assert (event["Name"], event["Origin"]) == ("WorkOrderReconciled", "import")
    assert event["Actor"].startswith("cli")
    assert (event["Verdict"], event["EventType"], event["Signature"]) == (None, None, None)
    assert event["ReportedAt"] == UPDATED
    line = file.read_bytes().splitlines()[1]
    assert event["Digest"] == hashlib.sha256(line).hexdigest()
    assert event["FileDigest"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (event["Line"], event["Record"]) == (2, 2)
    shown = command_line.text("history", acme, "--work-order", "8")
    assert f"reconciled (line 2 of file {event['FileDigest'][:12]})" in shown
    assert "Trade: – → HVAC" in shown


def test_a_dry_run_shows_the_differences_and_changes_nothing(
    command_line: CommandLine, acme: str, file: Path
) -> None:
    shown = command_line.text("reports", "import", acme, str(file), "--dry-run")
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert lines == [
        "Work order 7, corrected (line 1)",
        "corrected Trade: FUEL → DOORS",
        "filled Status: – → COMPLETED",
        f"filled Beyond.UpdatedDate: – → {UPDATED}",
        "Work order 8, new (line 2)",
        "filled Id: – → 8",
        "filled Trade: – → HVAC",
        f"filled Beyond.UpdatedDate: – → {UPDATED}",
        f"{SUMMARY} 2 records would be put on record.",
    ]
    told = command_line.json("reports", "import", acme, str(file), "--dry-run")
    assert (told["ToRecord"], told["Recorded"]) == (2, 0)
    seventh, eighth = told["Differences"]
    assert (seventh["WorkOrderId"], seventh["Kind"], seventh["Lines"]) == (7, "corrected", [1])
    assert seventh["Changes"][0] == {
        "Field": "Trade", "From": "FUEL", "To": "DOORS", "Kind": "corrected",
    }  # fmt: skip
    assert (eighth["WorkOrderId"], eighth["Kind"]) == (8, "new")
    assert len(events(command_line, acme, 7)) == 1


def test_one_wrong_record_and_nothing_is_done(
    command_line: CommandLine, acme: str, tmp_path: Path
) -> None:
    file = tmp_path / "answers.json"
    file.write_text('{"value": [\n{"Id": 7, "UpdatedDate": "2026-07-08T09:12:44Z"},\n{"Id": 8}]}')
    result = command_line.run("reports", "import", acme, str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    first, last = result.stderr.splitlines()
    assert first.startswith("line 3, record 2: It does not say, with an offset, when")
    assert last == "worktrail: Nothing was put on record: one record is wrong."
    told = command_line.run("reports", "import", acme, str(file), "--json")
    assert told.exit_code == 1
    [problem] = json.loads(told.stdout)["Problems"]
    assert (problem["Line"], problem["Record"]) == (3, 2)
    dated = command_line.json("reports", "import", acme, str(file), "--as-of", UPDATED)
    assert (dated["Recorded"], dated["WithWarnings"]) == (2, 1)


def test_a_spreadsheet_export_is_read_through_a_mapping(
    command_line: CommandLine, acme: str, tmp_path: Path
) -> None:
    export, mapping = tmp_path / "export.csv", tmp_path / "mapping.toml"
    export.write_text('Tracking,Trade,Updated\n7,DOORS,07/08/2026 05:12\n8,"HV\nAC",\n')
    assert "--mapping" in command_line.refused("reports", "import", acme, str(export))
    mapping.write_text(
        '[columns]\nTracking = "Id"\nTrade = "Trade"\n'
        'Updated = {member = "UpdatedDate", format = "%m/%d/%Y %H:%M", zone = "-04:00"}\n'
    )
    arguments = ("reports", "import", acme, str(export), "--mapping", str(mapping))
    assert "line 3, record 2" in command_line.run(*arguments).stderr
    told = command_line.json(*arguments, "--as-of", "2026-07-09T00:00:00Z")
    assert (told["Corrected"], told["New"], told["WithWarnings"]) == (1, 1, 1)
    seventh, eighth = events(command_line, acme, 7)[1], events(command_line, acme, 8)[0]
    assert seventh["ReportedAt"] == "2026-07-08T09:12:00Z"
    assert seventh["Digest"] == hashlib.sha256(b"7,DOORS,07/08/2026 05:12\n").hexdigest()
    assert (eighth["ReportedAt"], eighth["Line"]) == ("2026-07-09T00:00:00Z", 3)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--as-of", "2999-01-01T00:00:00Z"], "2999-01-01 00:00:00Z is yet to come"),
        (["--as-of", "2026-07-08"], "is no time with an offset or Z"),
        (["--sender", "nobody"], "no keys for a sender nobody"),
        (["--mapping", "nowhere.toml"], "No such file"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    command_line: CommandLine, acme: str, file: Path, arguments: list[str], sentence: str
) -> None:
    refused = command_line.run("reports", "import", acme, str(file), *arguments)
    assert refused.exit_code != 0
    assert sentence in refused.stderr


def test_of_several_senders_one_has_to_be_named(
    command_line: CommandLine, acme: str, file: Path
) -> None:
    command_line.text("clients", "keys", "add", acme, "--sender", "provider")
    refused = command_line.refused("reports", "import", acme, str(file))
    assert "Say with --sender from whose account this is: default or provider." in refused
    command_line.text("reports", "import", acme, str(file), "--sender", "provider")
    assert events(command_line, acme, 7)[1]["Sender"] == "provider"


def test_the_read_models_take_it_and_it_is_no_delivery(
    command_line: CommandLine, acme: str, file: Path, read_side: ReadSide
) -> None:
    command_line.text("activities", "open", acme, "9")
    read_side.catch_up()
    before = command_line.run("clients", "check", acme, "--json").stdout
    health = read_side.rows("delivery_health")
    command_line.text("reports", "import", acme, str(file))
    read_side.catch_up()
    assert read_side.rows("delivery_health") == health
    assert command_line.run("clients", "check", acme, "--json").stdout == before
    found = {row["work_order_id"]: row["trade"] for row in read_side.rows("activity_search")}
    assert found == {7: "DOORS", 8: "HVAC", 9: None}
    listed = command_line.json("activities", "unlinked", acme)
    assert [row["WorkOrderId"] for row in listed] == [8, 7]
    told = [(row["name"], row["verdict"]) for row in read_side.rows("timeline")]
    assert told == [
        ("WorkOrderReported", "recorded"), ("ActivityOpened", None),
        ("WorkOrderReconciled", None), ("WorkOrderReconciled", None),
    ]  # fmt: skip
    verdicts = command_line.json("projections", "verify", "--all")
    assert all(verdict["Equal"] for verdict in verdicts)
    command_line.text("projections", "rebuild", "--all", "--yes")
    assert all(it["Equal"] for it in command_line.json("projections", "verify", "--all"))


def test_killed_at_any_point_it_goes_on_where_it_was(
    schema_url: str, database: Database, tmp_path: Path
) -> None:
    site = Service(schema_url, tmp_path)
    client_id = site.json("clients", "add", "Acme")["ClientId"]
    file = tmp_path / "answers.jsonl"
    told = [{"Id": 7_000 + n % 5_500, "Trade": f"T{n}", "UpdatedDate": UPDATED} for n in RECORDS]
    file.write_text("".join(json.dumps(one) + "\n" for one in told))
    log = EventLog(database)
    chance = Random(6)
    for _ in range(3):
        some = (log.max_notification_id() or 0) + chance.randrange(1, 1_200)
        with site.beside("reports", "import", client_id, str(file)) as importing:
            until(lambda: (log.max_notification_id() or 0) >= some, seconds=60)  # noqa: B023
            importing.kill()
            importing.wait()
    last = site.json("reports", "import", client_id, str(file))
    assert last["WorkOrders"] == 5_500
    assert 0 < last["Recorded"] < len(RECORDS)
    assert site.json("reports", "import", client_id, str(file))["Recorded"] == 0
    events = [it.event for it in prove_whole(database)]
    reconciled = [event for event in events if isinstance(event, WorkOrderReconciled)]
    assert sorted(event.record for event in reconciled) == [n + 1 for n in RECORDS]
