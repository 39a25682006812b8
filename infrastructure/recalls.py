"""Finds the recalls of a work order in the search."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from infrastructure import living_rows
from infrastructure.activity_search import ACTIVITY_SEARCH
from infrastructure.database import Database

_RECALLS: Final = """
    SELECT work_order_id FROM {table}
    WHERE client_id = %s AND recall_of = %s ORDER BY work_order_id
"""


class PostgresRecalls:
    """What the search has of the client's work orders."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_work_order(self, client_id: UUID, work_order_id: int) -> Sequence[int]:
        """Return the ids of the client's work orders that are recalls of this one, in order.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        _, rows = living_rows.select(
            self._database, ACTIVITY_SEARCH, _RECALLS, (client_id, work_order_id)
        )
        return [found for (found,) in rows]
