"""Being woken by whoever appends to the log; an announcement may get lost, so nobody only waits."""

from psycopg import sql

from infrastructure import log_rows
from infrastructure.database import Rows


def listen(connection: Rows) -> None:
    """Have appended events announced on this connection from here on."""
    with connection.cursor() as cursor:
        channel = log_rows.channel(cursor)
        cursor.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))


def wait(connection: Rows, seconds: float) -> None:
    """Wait until something is announced, but no longer than this."""
    for _ in connection.notifies(timeout=seconds, stop_after=1):
        pass
