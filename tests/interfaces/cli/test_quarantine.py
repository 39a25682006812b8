"""The quarantine, from the command line."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app import Adapters, Worktrail
from application.histories import PointInTime
from application.quarantine import Quarantine
from domain.activity import WorkOrderReported
from domain.metadata import Metadata
from domain.quarantine import DeliveryQuarantined, QuarantinedContent, QuarantineReason
from infrastructure.settings import read_settings
from tests.interfaces.cli.commands import CommandLine

ARRIVED = datetime(2026, 7, 8, 9, 12, 44, tzinfo=UTC)
READABLE = b'{"Object":{"Id":7,"Status":{"Primary":"OPEN"}},"EventType":"WorkOrderCreated"}'


class Aside:
    """Puts bodies into the quarantine of a client, as if readers of the past had refused them."""

    def __init__(self, command_line: CommandLine, environment: dict[str, str]) -> None:
        self.client_id = UUID(command_line.json("clients", "add", "Acme")["ClientId"])
        settings = read_settings(environment)
        self.adapters = Adapters(settings, settings.database_url or "")
        self._quarantine = Quarantine(self.adapters.aggregates)

    def put(
        self, body: bytes, reason: QuarantineReason = "unreadable", problem: str = "unknown"
    ) -> str:
        """Keep a body aside and return its digest."""
        digest = hashlib.sha256(body).digest()
        content = QuarantinedContent(body, problem)
        told = DeliveryQuarantined(digest, reason, content, "application/json")
        self._quarantine.keep(self.client_id, told, Metadata("webhook", sender="A"), ARRIVED)
        return digest.hex()


@pytest.fixture
def aside(command_line: CommandLine, schema_url: str) -> Aside:
    """A client's quarantine."""
    environment = {"WORKTRAIL_DATABASE_URL": schema_url, "WORKTRAIL_PEPPER": "a pepper for tests"}
    return Aside(command_line, environment)


def test_identical_bytes_are_one_delivery_with_its_arrivals_counted(
    command_line: CommandLine, aside: Aside
) -> None:
    digest = aside.put(b"{bad", "malformed", "line 1")
    aside.put(b"{bad", "malformed", "line 1")
    [kept] = command_line.json("quarantine", "list", "Acme")
    assert (kept["Digest"], kept["Arrivals"], kept["State"]) == (digest, 2, "held")
    assert command_line.text("quarantine", "show", "Acme", digest[:8], "--raw") == "{bad"


def test_unrelated_deliveries_are_listed_apart(command_line: CommandLine, aside: Aside) -> None:
    digest = aside.put(b'{"EventType":"InvoiceCreated"}', "unrelated")
    assert command_line.json("quarantine", "list", "Acme") == []
    [kept] = command_line.json("quarantine", "list", "Acme", "--unrelated")
    assert kept["Digest"] == digest


def test_a_released_delivery_lands_on_its_stream_with_its_first_arrival(
    command_line: CommandLine, aside: Aside
) -> None:
    digest = aside.put(READABLE)
    done = command_line.json("quarantine", "release", "Acme", digest)["Released"]
    assert done == [{"Digest": digest, "WorkOrderId": 7, "Version": 1, "Added": True}]
    [event] = command_line.json("history", "Acme", "--work-order", "7")["Events"]
    assert (event["Origin"], event["Sender"]) == ("released", "A")
    assert event["ArrivedAt"] == "2026-07-08T09:12:44Z"
    assert event["Actor"].startswith("cli")
    with Worktrail().use_cases() as use:
        client = use.clients.find("Acme")
        kept = use.releases.find(client, digest)
        history = use.histories.of_work_order(client.id, 7, PointInTime())
    [moment] = history.moments
    assert isinstance(moment.recorded.event, WorkOrderReported)
    assert moment.recorded.metadata.quarantine_event_id == kept.kept.event_id
    assert kept.released is not None
    assert kept.released.stream_id == moment.recorded.originator_id


def test_releasing_twice_is_refused(command_line: CommandLine, aside: Aside) -> None:
    digest = aside.put(READABLE)
    command_line.json("quarantine", "release", "Acme", digest)
    sentence = command_line.refused("quarantine", "release", "Acme", digest)
    assert sentence == f"worktrail: No delivery {digest} is held in quarantine."


def test_a_body_that_the_stream_already_has_is_not_added_a_second_time(
    command_line: CommandLine, aside: Aside
) -> None:
    digest = aside.put(READABLE)
    command_line.json("quarantine", "release", "Acme", digest)
    aside.put(READABLE)
    [done] = command_line.json("quarantine", "release", "Acme", digest)["Released"]
    assert (done["Version"], done["Added"]) == (1, False)
    assert len(command_line.json("history", "Acme", "--work-order", "7")["Events"]) == 1


def test_what_still_cannot_be_read_stays_and_the_rest_of_all_is_released(
    command_line: CommandLine, aside: Aside
) -> None:
    good, bad = aside.put(READABLE, problem="Drift"), aside.put(b"{bad", problem="drift")
    other = aside.put(READABLE.replace(b"7", b"8"), problem="something else")
    result = command_line.run(
        "quarantine", "release", "Acme", "--all", "--reason-matches", "drift", "--json"
    )
    assert result.exit_code == 1
    assert good in result.stdout
    held = {kept["Digest"] for kept in command_line.json("quarantine", "list", "Acme")}
    assert held == {bad, other}


def test_a_discarded_delivery_is_hidden_but_its_bytes_stay(
    command_line: CommandLine, aside: Aside
) -> None:
    digest = aside.put(b"{bad", "malformed")
    command_line.json("quarantine", "discard", "Acme", digest, "--reason", "a test of ours")
    assert command_line.json("quarantine", "list", "Acme") == []
    [kept] = command_line.json("quarantine", "list", "Acme", "--all")
    assert kept["State"] == "discarded"
    assert command_line.text("quarantine", "show", "Acme", digest, "--raw") == "{bad"
    assert "is held" in command_line.refused("quarantine", "release", "Acme", digest)
