"""`clients check --watch` beside a service, from the first look until all is done."""

import base64
import hashlib
import hmac
import json
from collections.abc import Generator
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

import pytest

from infrastructure.database import Database
from infrastructure.embedded import EmbeddedServer
from infrastructure.migrations import migrate
from tests.callers import Caller
from tests.interfaces.webhook.test_endpoint import body
from tests.running import Service
from tests.terminal import on_terminal
from tests.waiting import until

SIGNING_KEY = "the key that the sender made itself"
TEST_BUTTON = '{"Object": {"Id": 1, "Source": "WebhookTest"}}'
NEXT = ["address", "ping", "test", "signature", "report", "old keys"]


@pytest.fixture
def named(schema_url: str, folder: Path) -> Generator[Service]:
    """A service whose public address is named, and is itself."""
    service = Service(schema_url, folder)
    service.environment["WORKTRAIL_PUBLIC_URL"] = service.url
    with service.running():
        yield service


@pytest.fixture
def server(folder: Path) -> Generator[EmbeddedServer]:
    """A PostgreSQL server that the test may restart."""
    server = EmbeddedServer(folder / "postgres", lambda _: None)
    yield server
    server.release()


def own_keys(service: Service, client_id: str) -> dict[str, str]:
    """Register the key that the sender made, and return what stands in the address then."""
    add = ("clients", "keys", "add", client_id, "--signing-key", "-", "--json")
    issued = json.loads(service.command(*add, given=SIGNING_KEY).stdout)
    return {"accessKey": issued["AccessKey"], "signingKey": SIGNING_KEY}


def signature(text: str) -> dict[str, str]:
    digest = hmac.digest(SIGNING_KEY.encode(), text.encode(), hashlib.sha256)
    return {"Sign-Data": base64.b64encode(digest).decode()}


def states(looked: list[dict[str, Any]]) -> dict[str, str]:
    return {step["Step"]: step["State"] for step in looked}


def test_the_list_fills_step_by_step_and_ends_with_0_when_all_is_done(
    named: Service, folder: Path
) -> None:
    caller = Caller(named, "on-request")
    client_id, first = str(caller.keys.client_id), caller.query
    caller.query = own_keys(named, client_id)
    file = folder / "looks"

    def looks() -> list[dict[str, str]]:
        return [states(json.loads(line)) for line in file.read_text().splitlines() if line]

    def comes(name: str, state: str = "done") -> None:
        until(lambda: looks() and looks()[-1].get(name) == state, seconds=20)

    with file.open("wb") as out:
        watching = named.begin(
            "clients", "check", client_id, "--watch", "--json", out=out, err=DEVNULL
        )
    comes("address")
    assert [name for name in looks()[0] if name != "read models"] == NEXT
    assert set(looks()[-1].values()) == {"done", "waiting"}
    caller.post(b"")
    comes("ping")
    caller.post(TEST_BUTTON, headers=signature(TEST_BUTTON))
    comes("test")
    comes("signature")
    report = body(7)
    caller.post(report, headers={"Sign-Data": "bm90aGluZw=="})
    comes("signature", "wrong")
    comes("report")
    caller.call("GET", params=first)
    comes("old keys", "waiting")
    caller.post(body(8), headers=signature(body(8)))
    comes("signature")
    assert watching.poll() is None
    named.json("clients", "keys", "retire", client_id, str(caller.keys.key_id))
    assert watching.wait(20) == 0
    assert set(looks()[-1].values()) == {"done"}
    caller.close()


def test_the_watch_outlives_a_restart_of_the_database(server: EmbeddedServer, folder: Path) -> None:
    url = server.acquire()
    database = Database(url)
    migrate(database)
    database.close()
    service = Service(url, folder)
    client_id = service.json("clients", "add", "Acme")["ClientId"]
    with on_terminal(service, "clients", "check", client_id, "--watch") as terminal:
        terminal.shows("No ping was seen")
        server.release()
        terminal.shows("It is away; the rest is told when it is back.")
        before = len(terminal.written)
        server.acquire()
        until(lambda: "No ping was seen" in terminal.written[before:], seconds=30)
        assert terminal.process.poll() is None
        assert "Traceback" not in terminal.written
        assert "error connecting" not in terminal.written
