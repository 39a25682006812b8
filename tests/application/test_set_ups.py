"""What is on record of a client says how far its set-up is."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from application.aggregates import Aggregates
from application.clients import Clients
from application.entries import Entry
from application.journal_writer import JournalWriter
from application.set_up import SetUps
from domain.activity import ReportWorkOrder
from domain.client import PingsSeen
from domain.metadata import Metadata, SignatureVerdict
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.delivery_record import PostgresDeliveryRecord
from infrastructure.key_uses import PostgresKeyUses
from tests.application.read_side import ReadSide
from tests.commands import opening, reporting

MINUTE = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def key_uses(database: Database) -> PostgresKeyUses:
    return PostgresKeyUses(database)


@pytest.fixture
def set_ups(aggregates: Aggregates, database: Database, key_uses: PostgresKeyUses) -> SetUps:
    return SetUps(aggregates, PostgresDeliveryRecord(database), key_uses, now)


@pytest.fixture
def acme(clients: Clients) -> UUID:
    return clients.add("Acme", "tests").client_id


def signed(client_id: UUID, number: int, verdict: SignatureVerdict, sender: str) -> Entry:
    metadata = Metadata("webhook", sender=sender, signature=verdict)
    return replace(reporting(client_id, number), metadata=metadata)


def button_pressed(client_id: UUID) -> Entry:
    entry = reporting(client_id, 1)
    assert isinstance(entry.command, ReportWorkOrder)
    report = replace(entry.command.report, verdict="test")
    return replace(entry, command=replace(entry.command, report=report))


def states(
    set_ups: SetUps, clients: Clients, client_id: UUID, sender: str = "default"
) -> dict[str, str]:
    found = set_ups.look(clients.find(str(client_id)))
    return {step.name: step.state for step in found.steps if step.sender == sender}


def test_a_new_client_waits_for_everything(
    set_ups: SetUps, clients: Clients, acme: UUID, read_side: ReadSide
) -> None:
    read_side.catch_up()
    waiting = dict.fromkeys(("ping", "test", "signature", "report"), "waiting")
    assert states(set_ups, clients, acme) == {**waiting, "old keys": "done"}


def test_step_after_step_is_done(
    set_ups: SetUps,
    clients: Clients,
    acme: UUID,
    writer: JournalWriter,
    read_side: ReadSide,
    key_uses: PostgresKeyUses,
) -> None:
    def done() -> set[str]:
        read_side.catch_up()
        found = states(set_ups, clients, acme)
        return {name for name, state in found.items() if state == "done"}

    clients.count(acme, PingsSeen(MINUTE, 1), "default")
    assert done() == {"ping", "old keys"}
    writer.write([button_pressed(acme)])
    assert done() == {"ping", "test", "old keys"}
    writer.write([signed(acme, 2, "verified", "default")])
    assert done() == {"ping", "test", "signature", "report", "old keys"}
    issued = clients.add_keys(str(acme), "tests", "default", None)
    assert "old keys" not in done()
    key_uses.save({issued.key_id: now()})
    assert "old keys" in done()


def test_of_each_sender_the_last_delivery_counts(
    set_ups: SetUps, clients: Clients, acme: UUID, writer: JournalWriter, read_side: ReadSide
) -> None:
    def signatures() -> list[str]:
        read_side.catch_up()
        return [states(set_ups, clients, acme, name)["signature"] for name in ("a", "b", "c")]

    for name in ("a", "b", "c"):
        clients.add_keys(str(acme), "tests", name, None)
    writer.write([signed(acme, 1, "mismatch", "a"), signed(acme, 2, "verified", "b")])
    writer.write([opening(acme, 1)])
    assert signatures() == ["wrong", "done", "waiting"]
    writer.write([signed(acme, 1, "verified", "a")])
    assert signatures() == ["done", "done", "waiting"]


def test_however_much_one_sender_delivers_another_is_seen_as_it_is(
    set_ups: SetUps, clients: Clients, acme: UUID, writer: JournalWriter, read_side: ReadSide
) -> None:
    clients.add_keys(str(acme), "tests", "busy", None)
    writer.write([signed(acme, 1, "mismatch", "default")])
    for _ in range(30):
        writer.write([signed(acme, 2, "verified", "busy")])
        clients.count(acme, PingsSeen(MINUTE, 9), "busy")
    read_side.catch_up()
    quiet = states(set_ups, clients, acme)
    assert (quiet["report"], quiet["signature"]) == ("done", "wrong")
    assert (quiet["ping"], quiet["test"]) == ("waiting", "waiting")
    busy = states(set_ups, clients, acme, "busy")
    assert (busy["report"], busy["signature"], busy["ping"]) == ("done", "done", "done")


def test_the_events_that_the_read_models_do_not_know_of_are_counted(
    set_ups: SetUps, clients: Clients, acme: UUID, writer: JournalWriter, read_side: ReadSide
) -> None:
    read_side.catch_up()
    writer.write([reporting(acme, 1), reporting(acme, 2)])
    client = clients.find(str(acme))
    assert set_ups.look(client).lag_events == 2
    read_side.catch_up()
    assert set_ups.look(client).lag_events == 0
