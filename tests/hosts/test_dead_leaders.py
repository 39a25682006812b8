"""The host of the leading projector dies: no kernel answers for it any more, and none says so."""

from uuid import UUID

from application.journal_writer import JournalWriter
from infrastructure import log_rows
from infrastructure.database import IDLE_IN_TRANSACTION_SECONDS, Database
from infrastructure.mapper import EventMapper, LogRow
from tests.application.read_side import ReadSide
from tests.hosts.network import Network
from tests.hosts.sessions import finds
from tests.hosts.timing import timed
from tests.interfaces.cli.test_project import wait_for_standby, write_and_wait
from tests.recorded import recorded, report
from tests.running import Service
from tests.waiting import until

TAKEOVER_SECONDS = 30
IN_SENDING = IDLE_IN_TRANSACTION_SECONDS + 10
NOTICED = "The projector lost the database"
WAITING_FOR_THE_LOG = """
    SELECT 1 FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND relation = 'event_log'::regclass AND client_addr IS NOT NULL
"""
SENDING = """
    SELECT 1 FROM pg_stat_activity WHERE wait_event = 'ClientWrite' AND client_addr IS NOT NULL
"""


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
            with timed("server's host dead, noticed by the projector", TAKEOVER_SECONDS):
                with timed("leader's host dead, another leads", TAKEOVER_SECONDS):
                    write_and_wait(writer, read_side, client_id, 2, seconds=TAKEOVER_SECONDS)
                until(lambda: NOTICED in far.log.read_text(), TAKEOVER_SECONDS)
            line.mend()
            for number in range(3, 10):
                write_and_wait(writer, read_side, client_id, number, seconds=5)
            wait_for_standby(database, leader)
            standby.kill()
            with timed("host back and the other killed, led from there again", 10):
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
            until(lambda: finds(database, WAITING_FOR_THE_LOG), 3)
            line.cut()
        until(lambda: finds(database, SENDING), 2)
        with near.beside("project") as standby:
            with timed("leader's host dead while it is sent a page, another leads", IN_SENDING):
                until(lambda: read_side.position("timeline") == 11, TAKEOVER_SECONDS)
            line.mend()
            wait_for_standby(database, standby)
    assert read_side.parked("timeline") == []


def large_rows() -> list[LogRow]:
    """Return more than the sockets between two hosts hold."""
    body = b'{"Note": "' + b"x" * 1_000_000 + b'"}'
    return [EventMapper().to_stored_event(recorded(report(body))) for _ in range(10)]
