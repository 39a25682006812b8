"""How many events of the log were not known of yet where something was read."""

from typing import Final

from infrastructure.database import Database
from infrastructure.log_epochs import LOST

_END: Final = "SELECT coalesce(max(position), 0) FROM event_log"

_LOST: Final = f"""
    SELECT coalesce(sum(lost), 0) FROM ({LOST}) AS epoch
    WHERE first_position > %s AND first_position <= %s
"""  # noqa: S608 - constants only


def log_end(database: Database) -> int:
    """Return the position of the log's last event, 0 where there is none."""
    return _number(database, _END)


def events_behind(database: Database, known: int, end: int) -> int:
    """Return how many events stand behind the position that is known, and up to `end`.

    Positions that were lost before a restore are none.
    """
    if known >= end:
        return 0
    return end - known - _number(database, _LOST, known, end)


def _number(database: Database, question: str, *asked: int) -> int:
    with database.connection() as connection:
        row = connection.execute(question, asked).fetchone()
    return 0 if row is None else int(row[0])
