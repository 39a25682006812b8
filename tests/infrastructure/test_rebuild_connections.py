"""The connections of a rebuild: what the server does on its behalf ends with it."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import psycopg

from infrastructure.database import Database
from infrastructure.rebuild_session import SETTINGS
from tests.waiting import until

IS_THERE = "SELECT FROM pg_stat_activity WHERE pid = %s"
IS_AT_WORK = f"{IS_THERE} AND wait_event = 'PgSleep'"


def test_the_server_does_not_go_on_for_a_rebuild_that_was_killed(database: Database) -> None:
    def work_for_long() -> None:
        with suppress(psycopg.OperationalError):
            killed.execute("SELECT pg_sleep(60)")

    with database.connect() as looking, database.connect() as killed, ThreadPoolExecutor(1) as pool:
        killed.execute(SETTINGS)
        session = killed.info.backend_pid
        pool.submit(work_for_long)
        until(lambda: looking.execute(IS_AT_WORK, (session,)).fetchone() is not None, 5)
        # As the kernel does where it ends the process.
        with socket.socket(fileno=killed.fileno()) as line:
            line.shutdown(socket.SHUT_RDWR)
            line.detach()
        until(lambda: looking.execute(IS_THERE, (session,)).fetchone() is None, 5)
