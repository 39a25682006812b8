"""Who is measured: the service and its peers, each in processes of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import httpx
import psycopg
from msgspec import Struct
from psycopg.conninfo import conninfo_to_dict

from tests.bench.webhook import BEYOND_THE_LOAD, Bodies, new_run
from tests.callers import Caller
from tests.processes import journal_of
from tests.running import ROOT, Service, free_port
from tests.waiting import until

_START_SECONDS: Final = 30
_STOP_SECONDS: Final = 15
_STRANGER: Final = "/v1/Clients/0b0c2c5e-8a44-4a1c-9f0e-0d6d6f1b7a11/ServiceChannelWorkOrders"
_KEYS: Final = urlencode({"accessKey": "K" * 43, "signingKey": "S" * 43})


class Contestant(Struct, frozen=True):
    """A running application: where it takes webhooks, its process, its log's address if any."""

    name: str
    url: str
    pid: int
    database_url: str | None = None
    service: Service | None = None

    @property
    def client_id(self) -> UUID:
        """The client whose webhooks its address takes."""
        return UUID(urlsplit(self.url).path.split("/")[3])

    @property
    def journal_pid(self) -> int:
        """The process that writes for it."""
        return journal_of(self.pid) or 0

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside the service."""
        assert self.service is not None
        return self.service.command(*arguments)

    def json(self, *arguments: str) -> Any:
        """Run a command beside the service, and return its document."""
        assert self.service is not None
        return self.service.json(*arguments)

    def log_end(self) -> int:
        """Return the last position of the service's log."""
        with psycopg.connect(self.database_url or "") as connection:
            row = connection.execute("SELECT coalesce(max(position), 0) FROM event_log").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def peer(name: str, folder: Path, schema_url: str | None = None) -> Generator[Contestant]:
    """Run a peer; with a schema the library's recorder keeps its events there."""
    port = free_port()
    log_file = folder / f"{name}.log"
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.peers", name, str(port)],
            cwd=ROOT,
            env=os.environ | (recorder_settings(schema_url) if schema_url else {}),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}{_STRANGER}?{_KEYS}"
        try:
            until(lambda: process.poll() is not None or _takes_webhooks(url), _START_SECONDS)
            assert process.poll() is None
        except AssertionError:
            raise SystemExit(f"{name} did not start:\n{log_file.read_text()}") from None
        yield Contestant(name, url, process.pid)
    finally:
        _stop(process)


@contextmanager
def durable(
    name: str, folder: Path, schema_url: str, workers: int = 1, *, projects: bool = False
) -> Generator[Contestant]:
    """Run the service itself, with a client whose activities are opened on request."""
    project = "--project" if projects else "--no-project"
    service = Service(schema_url, folder)
    try:
        with service.running("--workers", str(workers), project):
            caller = Caller(service, "on-request")
            caller.close()
            url = f"{service.url}{caller.path}?{urlencode(caller.query)}"
            until(lambda: _takes_webhooks(url), _START_SECONDS)
            pid = service.process.pid if service.process else 0
            yield Contestant(name, url, pid, schema_url, service)
    finally:
        if service.process is not None and service.process.poll() is None:
            service.process.kill()


def recorder_settings(schema_url: str) -> dict[str, str]:
    """Return the environment in which the library's own recorder keeps events in this schema."""
    parts = {name: str(value) for name, value in conninfo_to_dict(schema_url).items()}
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.get("dbname", ""),
        "POSTGRES_HOST": parts.get("host", "127.0.0.1"),
        "POSTGRES_PORT": parts.get("port", "5432"),
        "POSTGRES_USER": parts.get("user", ""),
        "POSTGRES_PASSWORD": parts.get("password", ""),
        "POSTGRES_SCHEMA": parts["options"].rpartition("=")[2],
    }


def _takes_webhooks(url: str) -> bool:
    body = Bodies(new_run()).body(BEYOND_THE_LOAD, 1)
    try:
        answer = httpx.post(url, content=body, headers={"Content-Type": "application/json"})
    except httpx.TransportError:
        return False
    verdict = answer.headers.get("worktrail-verdict", "recorded")
    return answer.status_code == 200 and verdict == "recorded"


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_SECONDS)
    if process.poll() is None:
        process.kill()
        process.wait()
