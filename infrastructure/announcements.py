"""Being woken by whoever appends to the log or moves a read model on.

An announcement may get lost, so nobody only waits for one.
"""

from typing import Final

from psycopg import sql

from infrastructure import log_rows
from infrastructure.database import Rows

MOVES: Final = "'projections_' || 'event_log'::regclass::oid"
"""The channel on which a read model that has moved is announced by its name, as an expression."""


def listen(connection: Rows) -> None:
    """Have appended events announced on this connection from here on."""
    with connection.cursor() as cursor:
        _listen(connection, log_rows.channel(cursor))


def listen_to_moves(connection: Rows) -> None:
    """Have moves of the timeline announced on this connection from here on."""
    row = connection.execute(f"SELECT {MOVES}").fetchone()
    _listen(connection, str(row[0]) if row else "")


def wait(connection: Rows, seconds: float) -> None:
    """Wait until something is announced, but no longer than this."""
    for _ in connection.notifies(timeout=seconds, stop_after=1):
        pass


def _listen(connection: Rows, channel: str) -> None:
    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
