"""Connections to PostgreSQL, every wait on them bounded."""

import logging
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolTimeout

from application.ports import StorageUnavailableError

Rows: TypeAlias = Connection[tuple[Any, ...]]

# What goes wrong with a connection is raised: where no log is kept, it is not told beside that.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

CONNECT_SECONDS = 3
LOCK_SECONDS = 3
STATEMENT_SECONDS = 30
IDLE_IN_TRANSACTION_SECONDS = 5
"""How long a stopped process, or one whose host is dead, can keep the log's lock from the others.

Whether it says nothing or takes nothing: a session that is sending would never be found idle.
"""

POOLED_SILENCE_SECONDS = 5
"""How long somebody waits for a connection of the pool to a server whose host has died.

Those of one's own may be silent for longer: a server busy with its disk takes no more of a COPY.
"""

# Also what PostgreSQL calls internal: a session ended for idling, a server that turned read-only.
AWAY = (PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError)

_CONNECTION = {
    "connect_timeout": CONNECT_SECONDS,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "worktrail",
}

_SET = """
    SELECT set_config(name, setting, false)
    FROM unnest(%s::text[], %s::text[]) AS settings (name, setting)
"""


class Database:
    """One PostgreSQL database: a small pool, and connections of one's own."""

    def __init__(self, url: str, statement_seconds: int = STATEMENT_SECONDS) -> None:
        self._url = url
        self._statement_seconds = statement_seconds
        self._pool: ConnectionPool[Rows] = ConnectionPool(
            url,
            kwargs=_CONNECTION | {"tcp_user_timeout": POOLED_SILENCE_SECONDS * 1_000},
            min_size=0,
            max_size=4,
            timeout=CONNECT_SECONDS,
            # The pauses between its attempts double; after so many seconds a caller begins anew.
            reconnect_timeout=1,
            configure=self._configure,
            check=ConnectionPool.check_connection,
            open=False,
        )

    @contextmanager
    def connection(self) -> Generator[Rows]:
        """Lend a connection in a transaction: committed at the end, rolled back on an error.

        Raises `StorageUnavailableError` where the database is away, and where the server warned of
        the commit: what was written is there then, but might be lost with the server.
        """
        self._pool.open()
        try:
            with self._pool.connection() as connection:
                yield connection
                with commit_warnings(connection) as warnings:
                    connection.commit()
                if warnings:
                    raise StorageUnavailableError(warnings[0])
        except AWAY as error:
            raise StorageUnavailableError(str(error)) from error

    def connect(self) -> Rows:
        """Open a connection that the caller closes, in autocommit mode.

        On it, psycopg prepares nothing of its own accord.
        Raises `StorageUnavailableError` where the database is away.
        """
        try:
            connection = psycopg.connect(
                self._url,
                autocommit=True,
                prepare_threshold=None,
                **_CONNECTION,  # type: ignore[arg-type]
            )
            self._configure(connection)
        except psycopg.OperationalError as error:
            raise StorageUnavailableError(str(error)) from error
        return connection

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()

    def _configure(self, connection: Rows) -> None:
        settings = {
            "synchronous_commit": "on",
            # Whoever waited for the log's lock has to see what was appended meanwhile.
            "default_transaction_isolation": "read committed",
            "lock_timeout": f"{LOCK_SECONDS}s",
            "statement_timeout": f"{self._statement_seconds}s",
            "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
            "timezone": "UTC",
            # As the client's own, for the server to notice a host that is dead.
            "tcp_keepalives_idle": "10s",
            "tcp_keepalives_interval": "5s",
            "tcp_keepalives_count": "3",
            "tcp_user_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
        }
        connection.execute(_SET, (list(settings), list(settings.values())))
        connection.commit()


@contextmanager
def answering() -> Generator[None]:
    """Raise `StorageUnavailableError` where the database goes away inside the block."""
    try:
        yield
    except AWAY as error:
        raise StorageUnavailableError(str(error)) from error


@contextmanager
def commit_warnings(connection: Rows) -> Generator[list[str]]:
    """Lend a list of what the server warns of while this block commits.

    Such as that it may not have been replicated, after a wait for it was cancelled.
    """
    warnings: list[str] = []

    def note(notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            warnings.append(notice.message_primary or "the server warned of a commit")

    connection.add_notice_handler(note)
    try:
        yield warnings
    finally:
        connection.remove_notice_handler(note)
