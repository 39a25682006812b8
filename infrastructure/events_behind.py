"""How many events of the log were not known of yet where something was read."""

from infrastructure import log_epochs
from infrastructure.database import Database


def log_end(database: Database) -> int:
    """Return the position of the log's last event, 0 where there is none."""
    with database.connection() as connection:
        return log_epochs.end(connection.cursor())


def events_behind(database: Database, known: int, end: int) -> int:
    """Return how many events stand behind the position that is known, and up to `end`.

    Positions that were lost before a restore are none.
    """
    if known >= end:
        return 0
    with database.connection() as connection:
        cursor = connection.cursor()
        return log_epochs.count(cursor, end) - log_epochs.count(cursor, known)
