"""A host dies: no kernel answers for it any more, and nobody says so."""

import logging
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest

from application.journal_writer import JournalWriter
from infrastructure import log_rows
from infrastructure.database import Database
from infrastructure.mapper import EventMapper, LogRow
from tests.application.read_side import ReadSide
from tests.commands import reporting
from tests.hosts.far_server import FarServer
from tests.hosts.network import Network
from tests.interfaces.cli.test_project import wait_for_standby, write_and_wait
from tests.recorded import recorded, report
from tests.running import Service
from tests.waiting import until

_log = logging.getLogger("tests.hosts")

TAKEOVER_SECONDS = 30
NOTICED = "The projector lost the database"
WAITING_FOR_THE_LOG = """
    SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND relation = 'event_log'::regclass AND client_addr IS NOT NULL
"""


@pytest.fixture
def near(schema_url: str, tmp_path: Path) -> Service:
    return Service(schema_url, tmp_path)


@pytest.fixture
def far(server: FarServer, line: Network, schema_url: str, tmp_path: Path) -> Service:
    return Service(server.far(schema_url), tmp_path, entering=line.far.entering())


@contextmanager
def timed(what: str) -> Generator[None]:
    begun = time.monotonic()
    yield
    _log.info("%s after %.1f s", what, time.monotonic() - begun)


def test_another_leads_when_the_leaders_host_is_dead_and_it_comes_back_in_order(
    near: Service,
    far: Service,
    line: Network,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    with far.beside("project") as leader:
        write_and_wait(writer, read_side, client_id, 1, seconds=20)
        with near.beside("project") as standby:
            wait_for_standby(database, standby)
            line.cut()
            with timed("the server's host dead, noticed"):
                with timed("the leader's host dead, taken over"):
                    write_and_wait(writer, read_side, client_id, 2, seconds=TAKEOVER_SECONDS)
                until(lambda: NOTICED in far.log.read_text(), TAKEOVER_SECONDS)
            line.mend()
            for number in range(3, 10):
                write_and_wait(writer, read_side, client_id, number, seconds=5)
            wait_for_standby(database, leader)
            standby.kill()
            with timed("the host back, led from there again"):
                write_and_wait(writer, read_side, client_id, 10, seconds=10)
    [day] = read_side.rows("delivery_health")
    assert day["reports"] == 10
    assert [row["position"] for row in read_side.rows("timeline")] == list(range(1, 11))


def test_another_leads_when_the_leaders_host_dies_while_it_is_sent_a_page(
    near: Service,
    far: Service,
    line: Network,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    with far.beside("project"):
        write_and_wait(writer, read_side, client_id, 1, seconds=20)
        with database.connection() as connection, connection.cursor() as cursor:
            cursor.execute("LOCK TABLE event_log IN ACCESS EXCLUSIVE MODE")
            log_rows.append(cursor, log_rows.end(cursor), large_rows())
            until(lambda: connection.execute(WAITING_FOR_THE_LOG).fetchone(), 3)
            line.cut()
        with timed("the leader's host dead while a page is sent, taken over"), near.beside("project"):
            until(lambda: read_side.position("timeline") == 11, TAKEOVER_SECONDS)
    assert read_side.parked("timeline") == []


def large_rows() -> list[LogRow]:
    """Return more than the sockets between two hosts hold."""
    body = b'{"Note": "' + b"x" * 1_000_000 + b'"}'
    return [EventMapper().to_stored_event(recorded(report(body))) for _ in range(10)]
