"""The database goes away and comes back, while deliveries keep arriving."""

import os
import signal
import socket
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from infrastructure.database import Database
from infrastructure.embedded import EmbeddedServer
from infrastructure.migrations import migrate
from tests.callers import Caller
from tests.interfaces.webhook.test_endpoint import body
from tests.running import Service
from tests.waiting import until

_ANSWER_SECONDS = 4.5


@pytest.fixture
def server(folder: Path) -> Generator[EmbeddedServer]:
    """A PostgreSQL server that the test may stop."""
    server = EmbeddedServer(folder / "postgres", lambda _: None)
    yield server
    server.release()


def test_with_the_database_gone_the_answer_is_503_in_time_and_the_service_recovers(
    server: EmbeddedServer, folder: Path
) -> None:
    url = server.acquire()
    database = Database(url)
    migrate(database)
    database.close()
    with Service(url, folder).running() as service:
        caller = Caller(service)
        assert caller.post(body(1)).text == "1"
        server.release()
        began = time.monotonic()
        refused = caller.post(body(2))
        assert time.monotonic() - began < _ANSWER_SECONDS
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        server.acquire()
        service.wait_until_ready()
        delivered_again = caller.post(body(2))
        assert (delivered_again.status_code, delivered_again.text) == (200, "2")
        # The command behind the 503 was carried out, so this one is known already.
        assert delivered_again.headers["worktrail-verdict"] == "repeated"
        caller.close()
    [gap] = service.json("gaps", str(caller.keys.client_id))["Gaps"]
    assert (gap["Kind"], gap["Count"], gap["IsOver"]) == ("unavailable", 1, True)


def test_an_embedded_server_that_is_killed_is_started_again_and_nothing_is_lost(
    folder: Path,
) -> None:
    with Service(None, folder).running("--demo") as service:
        [client] = service.json("clients", "list")
        [postmaster] = _postmasters(folder)
        os.kill(postmaster, signal.SIGKILL)
        service.wait_until_ready()
        opened = service.json("activities", "open", client["Name"], "7")
        assert opened == {
            "ClientId": client["ClientId"],
            "WorkOrderId": 7,
            "ActivityId": 1,
        }
    assert _postmasters(folder) == []


def test_what_was_acknowledged_is_there_after_the_service_was_killed(
    schema_url: str, folder: Path
) -> None:
    database = Database(schema_url)
    migrate(database)
    database.close()
    service = Service(schema_url, folder).start()
    caller = Caller(service)
    answers = [caller.post(body(number)).text for number in range(1, 21)]
    assert service.stop(signal.SIGKILL) == -signal.SIGKILL
    assert answers == [str(number) for number in range(1, 21)]
    assert [caller.history(number).activity_id for number in range(1, 21)] == list(range(1, 21))
    with service.running():
        assert caller.post(body(20)).headers["worktrail-verdict"] == "repeated"
    caller.close()


def test_workers_end_with_their_parent_and_leave_the_port(schema_url: str, folder: Path) -> None:
    service = Service(schema_url, folder).start("--workers", "2")
    assert service.stop(signal.SIGKILL) == -signal.SIGKILL

    def port_is_free() -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", service.port))
            except OSError:
                return False
            return True

    until(port_is_free, seconds=20)


def _postmasters(folder: Path) -> list[int]:
    return [
        int(file.read_text().splitlines()[0])
        for file in folder.glob("data/postgres/**/postmaster.pid")
    ]
