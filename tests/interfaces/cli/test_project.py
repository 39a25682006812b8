"""`worktrail project`: one process leads, and another takes over when it is gone or stopped."""

import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import psutil  # type: ignore[import-untyped]
import pytest

from application.journal_writer import JournalWriter
from infrastructure.database import Database
from tests.application.conftest import read_side, stopping, writer
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.processes import children_of, journal_of
from tests.running import Service
from tests.waiting import until

__all__ = ["read_side", "stopping", "writer"]

SESSIONS = """
    SELECT count(DISTINCT pid) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = 7303 AND objid = 'event_log'::regclass AND granted
"""
STANDING_BY = (
    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory_lock%'"
)


@contextmanager
def projector(service: Service) -> Generator[subprocess.Popen[bytes]]:
    with service.beside("project") as process:
        yield process


@pytest.fixture
def site(schema_url: str, tmp_path: Path) -> Service:
    return Service(schema_url, tmp_path)


def wait_for_standby(database: Database, process: subprocess.Popen[bytes]) -> None:
    def stands_by() -> bool:
        assert process.poll() is None
        with database.connection() as connection:
            row = connection.execute(STANDING_BY).fetchone()
        return row is not None and row[0] >= 1

    until(stands_by, seconds=20)


def test_another_takes_over_from_a_leader_that_was_killed(
    site: Service,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
) -> None:
    client_id = uuid4()
    with projector(site) as leader:
        write_and_wait(writer, read_side, client_id, 1, seconds=20)
        with projector(site) as standby:
            wait_for_standby(database, standby)
            leader.kill()
            write_and_wait(writer, read_side, client_id, 2, seconds=5)
    assert [row["position"] for row in read_side.rows("timeline")] == [1, 2]


def test_a_leader_that_was_stopped_cannot_write_when_it_goes_on(
    site: Service,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
) -> None:
    client_id = uuid4()
    with projector(site) as leader:
        write_and_wait(writer, read_side, client_id, 1, seconds=20)
        with projector(site) as standby:
            wait_for_standby(database, standby)
            leader.send_signal(signal.SIGSTOP)
            write_and_wait(writer, read_side, client_id, 2, seconds=30)
            leader.send_signal(signal.SIGCONT)
            for number in range(3, 30):
                write_and_wait(writer, read_side, client_id, number, seconds=10)
            assert leader.poll() is None
            standby.kill()
            write_and_wait(writer, read_side, client_id, 30, seconds=10)
    [day] = read_side.rows("delivery_health")
    assert day["reports"] == 30
    assert [row["position"] for row in read_side.rows("timeline")] == list(range(1, 31))


def test_a_service_keeps_the_read_models_by_itself(
    site: Service, database: Database, writer: JournalWriter, read_side: ReadSide
) -> None:
    with site.running():
        write_and_wait(writer, read_side, uuid4(), 1, seconds=20)
    assert site.process is not None
    assert site.process.returncode == 0

    def nobody_leads() -> bool:
        with database.connection() as connection:
            row = connection.execute(SESSIONS).fetchone()
        return row is not None and row[0] == 0

    until(nobody_leads)


def test_the_projector_beside_a_service_lets_deliveries_come_first(site: Service) -> None:
    with site.running():
        [projector] = projectors(site)
        until(lambda: projector.nice() > psutil.Process().nice())


def test_a_service_can_leave_the_read_models_to_others(site: Service) -> None:
    with site.running("--no-project"):
        assert projectors(site) == []


def projectors(site: Service) -> list[psutil.Process]:
    assert site.process is not None
    pid = site.process.pid
    until(lambda: journal_of(pid))
    return [it for it in children_of(pid) if it.pid != journal_of(pid)]


def write_and_wait(
    writer: JournalWriter, read_side: ReadSide, client_id: UUID, number: int, seconds: float
) -> None:
    writer.write([reporting(client_id, number)])
    until(lambda: read_side.position("delivery_health") == number, seconds=seconds)
