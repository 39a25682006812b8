"""What reached a client, sender by sender, from delivery health."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from application.delivery_ports import ClientDay, DaysSeen, DeliveriesSeen, SenderDeliveries
from domain.rhythm import LEARNED_FROM
from infrastructure import living_rows
from infrastructure.database import Database
from infrastructure.delivery_health import COUNTS, DELIVERY_HEALTH
from infrastructure.events_behind import events_behind, log_end

# As many rows of the key's index as the client's senders have days, however long the log is.
SENDERS_SEEN: Final = """
    SELECT sender,
           min(day) FILTER (WHERE reports > 0),
           max(day) FILTER (WHERE tests > 0),
           max(last_ping),
           max(last_position)
    FROM {table}
    WHERE client_id = %s AND sender <> ''
    GROUP BY sender
"""

_SUMS: Final = ", ".join(f"sum({name})::bigint" for name in COUNTS)

# A client of whom nothing was heard for long has the days before the last that was.
_DAYS_SINCE: Final = f"""
    SELECT of_day.client_id, day, max(last_seen), {_SUMS}
    FROM unnest(%s::uuid[]) AS asked (client_id)
    LEFT JOIN LATERAL (
        SELECT max(day) AS last FROM {{table}} AS of_any
        WHERE of_any.client_id = asked.client_id AND last_seen IS NOT NULL
    ) AS heard ON true
    JOIN {{table}} AS of_day
      ON of_day.client_id = asked.client_id AND day >= least(%s, last - {LEARNED_FROM.days})
    GROUP BY of_day.client_id, day
    ORDER BY of_day.client_id, day
"""  # noqa: S608 - constants only

_FIRST_BEHIND: Final = """
    SELECT recorded_at FROM event_log WHERE position > %s ORDER BY position LIMIT 1
"""


class PostgresDeliveryRecord:
    """Asks delivery health, as far as it is."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen(self, client_id: UUID) -> DeliveriesSeen:
        """Return what was seen. Raises `StorageUnavailableError`."""
        end = log_end(self._database)
        counted, rows = living_rows.select(
            self._database, DELIVERY_HEALTH, SENDERS_SEEN, (client_id,)
        )
        senders = {sender: SenderDeliveries(*told) for sender, *told in rows}
        return DeliveriesSeen(senders, events_behind(self._database, counted, end))

    def days(self, client_ids: Sequence[UUID], since: date) -> DaysSeen:
        """Return the days of clients since one, and the eight weeks before the last delivery.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        end = log_end(self._database)
        position, rows = living_rows.select(
            self._database, DELIVERY_HEALTH, _DAYS_SINCE, (list(client_ids), since)
        )
        days: dict[UUID, list[ClientDay]] = defaultdict(list)
        for client_id, *columns in rows:
            days[client_id].append(ClientDay(*columns))
        lag = events_behind(self._database, position, end)
        return DaysSeen(days, self._first_behind(position) if lag else None, lag)

    def _first_behind(self, position: int) -> datetime | None:
        with self._database.connection() as connection:
            row = connection.execute(_FIRST_BEHIND, (position,)).fetchone()
        return None if row is None else row[0]
