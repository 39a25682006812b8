"""Finds reported work orders that no activity follows, with what is known of each."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from application.work_order_ports import UnlinkedRow
from infrastructure import living_rows
from infrastructure.activity_search import ACTIVITY_SEARCH
from infrastructure.current_activities import CURRENT_ACTIVITIES
from infrastructure.database import Database

_NEWEST: Final = """
    SELECT stream_id, work_order_id, recorded_at, reported_at FROM {table}
    WHERE client_id = %s AND activity_id IS NULL AND recorded_at IS NOT NULL
    ORDER BY recorded_at DESC, work_order_id DESC
    LIMIT %s
"""

_STATES: Final = "SELECT stream_id, state FROM {table} WHERE stream_id = ANY(%s)"


class PostgresUnlinkedWorkOrders:
    """Asks the search, and the current activities for the rest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, client_id: UUID, limit: int) -> Sequence[UnlinkedRow]:
        """Return the client's, those reported last before the others, at most `limit`.

        Raises `StorageUnavailableError`.
        """
        _, found = living_rows.select(self._database, ACTIVITY_SEARCH, _NEWEST, (client_id, limit))
        streams = [row[0] for row in found]
        _, kept = living_rows.select(self._database, CURRENT_ACTIVITIES, _STATES, (streams,))
        states = dict(kept)
        return [
            UnlinkedRow(work_order_id, recorded_at, reported_at, states.get(stream_id))
            for stream_id, work_order_id, recorded_at, reported_at in found
        ]
