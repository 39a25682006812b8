"""Finds work orders in the search by what their sender calls them."""

from collections import defaultdict
from collections.abc import Collection
from itertools import islice
from typing import Final
from uuid import UUID

from application.work_order_ports import NamedWorkOrders, Naming
from infrastructure import living_rows
from infrastructure.activity_search import ACTIVITY_SEARCH
from infrastructure.database import Database
from infrastructure.events_behind import events_behind, log_end

_MOST_NAMES: Final = 5_000
"""Looked up at a time."""

_BEARING: Final[dict[Naming, str]] = {
    "Number": """
        SELECT number, work_order_id FROM {table}
        WHERE client_id = %s AND number = ANY(%s) ORDER BY work_order_id
    """,
    "PurchaseNumber": """
        SELECT purchase_number, work_order_id FROM {table}
        WHERE client_id = %s AND purchase_number = ANY(%s) ORDER BY work_order_id
    """,
}


class PostgresWorkOrderNames:
    """The numbers and purchase numbers that the search knows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def bearing(self, client_id: UUID, naming: Naming, names: Collection[str]) -> NamedWorkOrders:
        """Return which of the client's work orders bear these names, each one's ids in order.

        A name that none bears is left out. Raises `StorageUnavailableError`.
        """
        end = log_end(self._database)
        known, ids = end, defaultdict[str, list[int]](list)
        # PostgreSQL's texts hold no NUL, so nothing is called so.
        rest = iter(name for name in names if "\0" not in name)
        while portion := list(islice(rest, _MOST_NAMES)):
            position, rows = living_rows.select(
                self._database, ACTIVITY_SEARCH, _BEARING[naming], (client_id, portion)
            )
            known = min(known, position)
            for name, work_order_id in rows:
                ids[name].append(work_order_id)
        return NamedWorkOrders(ids, events_behind(self._database, known, end))
