"""What was recorded when: recorded times never go back, so positions are found by halving."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from infrastructure import log_epochs
from infrastructure.database import Database, Rows

_NEXT: Final = """
    SELECT position, recorded_at FROM event_log WHERE position >= %s ORDER BY position LIMIT 1
"""


class PostgresLogTimes:
    """Reads the log's own times, by the index of positions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def positions_at(self, moments: Collection[datetime]) -> dict[datetime, int]:
        """Return the last position that was recorded up to each moment, 0 where there is none."""
        with self._database.connection() as connection:
            end = log_epochs.end(connection.cursor())
            return {moment: _position_at(connection, moment, end) for moment in set(moments)}


def _position_at(connection: Rows, moment: datetime, end: int) -> int:
    low, high = 0, end
    while low < high:
        middle = (low + high + 1) // 2
        found = connection.execute(_NEXT, (middle,)).fetchone()
        if found is not None and found[1] <= moment:
            low = max(middle, found[0])
        else:
            high = middle - 1
    return low
