"""When deliveries of a client arrived, minute by minute, from the timeline."""

from collections import defaultdict
from datetime import datetime
from typing import Final
from uuid import UUID

from application.outage_ports import Tell
from domain.rhythm import Minute
from infrastructure import living_rows
from infrastructure.database import Database
from infrastructure.portions import portions
from infrastructure.timeline import PORTION, TIMELINE

# What an actor has put on record, such as a delivery released from quarantine, did not arrive then.
_MINUTES: Final = """
    SELECT sender, min(arrived_at), max(arrived_at) FROM {table}
    WHERE client_id = %s AND position > %s AND position <= %s
      AND sender IS NOT NULL AND actor IS NULL
    GROUP BY sender, date_bin('1 minute', arrived_at, 'epoch')
"""


class PostgresDeliveryTimes:
    """Reads the living generation, portion by portion."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def minutes(
        self, client_id: UUID, after: int, tell: Tell
    ) -> tuple[int, dict[str, list[Minute]]]:
        """Return, of each sender, the minutes with deliveries behind a position, in order.

        First comes how far they are known. Raises `OutdatedReadModelError` and
        `StorageUnavailableError`.
        """
        end = living_rows.reached(self._database, TIMELINE)
        found: dict[str, dict[datetime, Minute]] = defaultdict(dict)
        for begin, upto in portions(self._database, after, end, PORTION):
            tell(begin - after, end - after)
            _, rows = living_rows.select(
                self._database, TIMELINE, _MINUTES, (client_id, begin, upto)
            )
            for sender, first, last in rows:
                minutes, minute = found[sender], first.replace(second=0, microsecond=0)
                known = minutes.get(minute, Minute(first, last))
                minutes[minute] = Minute(min(known.first, first), max(known.last, last))
        return end, {sender: sorted(minutes.values()) for sender, minutes in found.items()}
