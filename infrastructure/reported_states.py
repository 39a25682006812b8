"""What is known of the work orders that were reported lately."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from application.outage_ports import Tell
from infrastructure import living_rows
from infrastructure.activity_search import ACTIVITY_SEARCH
from infrastructure.database import Database
from infrastructure.kept_states import PostgresKeptStates

_PORTION: Final = 500

_REPORTED: Final = """
    SELECT stream_id, work_order_id FROM {table} WHERE client_id = %s AND recorded_at >= %s
    ORDER BY recorded_at, work_order_id
"""


class PostgresReportedStates:
    """Asks the search which they are, and the current activities for their states."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = PostgresKeptStates(database)

    def since(self, client_id: UUID, moment: datetime, tell: Tell) -> Iterator[tuple[int, bytes]]:
        """Return those reported since, each with what is known of it, packed."""
        _, found = living_rows.select(
            self._database, ACTIVITY_SEARCH, _REPORTED, (client_id, moment)
        )
        for begin in range(0, len(found), _PORTION):
            tell(begin, len(found))
            ids = dict(found[begin : begin + _PORTION])
            for stream_id, kept in self._kept.of_streams(list(ids)).items():
                yield ids[stream_id], kept.state
