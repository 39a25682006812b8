"""Processes that are started with another pepper than the database's end, and say why."""

import os
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from infrastructure.database import Database
from tests.callers import Caller
from tests.interfaces.test_own_record import runs
from tests.running import Service

SENTENCE = (
    "worktrail: The database was made with another pepper, so no key and no token would open "
    "anything: restore the file pepper of the data folder, or WORKTRAIL_PEPPER.\n"
)
END_SECONDS = 60


def ended(service: Service, *command: str) -> tuple[int, str, str]:
    """Return how a command ends by itself, with nothing left running of it."""
    with service.begin(*command, out=subprocess.PIPE, err=subprocess.PIPE) as process:
        try:
            out, err = process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
    return process.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("command", [("serve",), ("serve", "--workers", "2"), ("project",)])
def test_what_goes_on_by_itself_does_not_begin_with_another_pepper(
    schema_url: str, database: Database, folder: Path, command: tuple[str, ...]
) -> None:
    service = Service(schema_url, folder)
    service.json("clients", "add", "Acme")
    service.environment["WORKTRAIL_PEPPER"] = "another pepper"
    assert ended(service, *command) == (1, "", SENTENCE)
    assert runs(database) == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{service.url}/health/live")


def test_who_serves_with_the_right_pepper_goes_on_beside_one_that_has_another(
    schema_url: str, folder: Path
) -> None:
    with Service(schema_url, folder).running() as service:
        caller = Caller(service)
        other = Service(schema_url, folder)
        other.environment["WORKTRAIL_PEPPER"] = "another pepper"
        assert ended(other, "serve", "--workers", "2") == (1, "", SENTENCE)
        assert caller.post('{"Object":{"Id":7}}').text == "1"
        caller.close()


@pytest.mark.parametrize("lost", [True, False])
def test_an_embedded_database_is_not_served_with_a_pepper_made_anew(
    folder: Path, lost: bool
) -> None:
    service = Service(None, folder)
    del service.environment["WORKTRAIL_PEPPER"]
    client_id = service.json("clients", "add", "Acme")["ClientId"]
    pepper = folder / "data" / "pepper"
    kept = pepper.read_text()
    if lost:
        pepper.unlink()
    else:
        pepper.write_text("another pepper")
    assert ended(service, "serve") == (1, "", SENTENCE)
    pepper.write_text(kept)
    [listed] = service.json("clients", "list")
    assert listed["ClientId"] == client_id
