"""The PostgreSQL server of the faults, and an administrator's line to it."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

import psycopg

from infrastructure.embedded import EmbeddedServer
from tests.clocks import BEFORE_PG_CATALOG, DATABASE_CLOCK
from tests.waiting import until

OTHER_NODE = "other_node"
"""As whom the second node connects, so that its sessions can be told from the others."""


class Postgres:
    """An embedded server that may be killed, and is brought back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.embedded = EmbeddedServer(folder, lambda _: None)
        self.url = ""

    def __enter__(self) -> Self:
        self.url = self.embedded.acquire()
        self.ask(f"CREATE ROLE {OTHER_NODE} SUPERUSER LOGIN")
        # A small disk must not be filled by what a large one keeps for speed.
        self.ask("ALTER SYSTEM SET max_wal_size = '64MB'")
        self.ask("ALTER SYSTEM SET min_wal_size = '32MB'")
        # What the server is started with stands above that until it is started again.
        self.embedded.release()
        self.url = self.embedded.acquire()
        assert self.ask("SHOW max_wal_size") == [("64MB",)]
        return self

    def __exit__(self, *_: object) -> None:
        self.bring_back()
        self.embedded.release()

    @contextmanager
    def schema(self) -> Generator[str]:
        """Lend the name of an empty schema with a clock of its own."""
        name = f"faults_{uuid4().hex}"
        self.ask(f"CREATE SCHEMA {name}")
        for statement in DATABASE_CLOCK:
            self.ask(statement.format(schema=name))
        yield name
        self.ask(f"DROP SCHEMA {name} CASCADE")

    def url_of(self, schema: str) -> str:
        """Return the address at which a schema, with its clock, is the database."""
        return f"{self.url}&options=-csearch_path%3D{schema}{BEFORE_PG_CATALOG}"

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Carry a statement out as an administrator who waits for no standby."""
        with psycopg.connect(self.url, autocommit=True, application_name="faults") as connection:
            connection.execute("SET synchronous_commit = 'local'")
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def end(self, with_signal: signal.Signals) -> None:
        """Send the postmaster a signal: SIGQUIT is the immediate stop."""
        identity = self.folder / "cluster" / "postmaster.pid"
        os.kill(int(identity.read_text().split()[0]), with_signal)
        until(lambda: not self.embedded.is_running(), 20)

    def bring_back(self) -> None:
        """Start the server if it has ended, and wait until it takes transactions."""
        self.embedded.revive()
        until(self._answers, 40)

    def _answers(self) -> bool:
        try:
            return self.ask("SELECT NOT pg_is_in_recovery()") == [(True,)]
        except psycopg.OperationalError:
            self.embedded.revive()
            return False
