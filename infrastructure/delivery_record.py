"""What reached a client, from delivery health and the timeline."""

from typing import Final
from uuid import UUID

from application.delivery_ports import DeliveriesSeen
from infrastructure import living_rows
from infrastructure.database import Database
from infrastructure.delivery_health import DELIVERY_HEALTH
from infrastructure.timeline import TIMELINE

_DAYS: Final = """
    SELECT min(day) FILTER (WHERE reports > 0), max(day) FILTER (WHERE tests > 0) FROM {table}
    WHERE client_id = %s
"""

# Whatever has a sender was put on record by a delivery, apart from what was fetched.
_LATEST: Final = """
    SELECT position FROM {table}
    WHERE client_id = %s AND sender IS NOT NULL AND name <> 'WorkOrderReconciled'
    ORDER BY position DESC
    LIMIT %s
"""

_END: Final = "SELECT coalesce(max(position), 0) FROM event_log"


class PostgresDeliveryRecord:
    """Asks both, each as far as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, client_id: UUID, most_latest: int) -> DeliveriesSeen:
        """Return what was seen. Raises `StorageUnavailableError`."""
        end = self._end()
        counted, [(first_report, last_test)] = living_rows.select(
            self._database, DELIVERY_HEALTH, _DAYS, (client_id,)
        )
        told, rows = living_rows.select(self._database, TIMELINE, _LATEST, (client_id, most_latest))
        latest = [position for (position,) in rows]
        return DeliveriesSeen(first_report, last_test, latest, max(0, end - min(counted, told)))

    def _end(self) -> int:
        with self._database.connection() as connection:
            row = connection.execute(_END).fetchone()
        return 0 if row is None else int(row[0])
