"""Which work orders are open, from the search, and how that came about, from the timeline."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from application.outage_ports import Tell
from domain.document import JsonValue, decode
from domain.open_then import CLOSED, Step
from infrastructure import living_rows
from infrastructure.activity_search import ACTIVITY_SEARCH
from infrastructure.database import Database
from infrastructure.portions import portions
from infrastructure.timeline import PORTION, TIMELINE

_OPEN: Final = """
    SELECT work_order_id FROM {table}
    WHERE client_id = %s AND (status IS NULL OR upper(btrim(status)) <> ALL(%s))
"""

_STEPS: Final = """
    SELECT position, work_order_id, version = 1, changes FROM {table}
    WHERE client_id = %s AND position > %s AND position <= %s AND work_order_id IS NOT NULL
      AND (version = 1 OR position(%s IN changes) > 0)
    ORDER BY position DESC
"""

_MARK: Final = b'{"Field":"Status",'
"""How a changed status stands among an event's changes."""


class PostgresPastStatuses:
    """Reads the living generations, portion by portion."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_now(self, client_id: UUID) -> tuple[int, list[int]]:
        """Return those that are open, as far as is known up to a position, which comes first."""
        position, rows = living_rows.select(
            self._database, ACTIVITY_SEARCH, _OPEN, (client_id, sorted(CLOSED))
        )
        return position, [work_order_id for (work_order_id,) in rows]

    def steps_back(self, client_id: UUID, upto: int, after: int, tell: Tell) -> Iterator[Step]:
        """Return the steps behind a position and up to another, the newest first."""
        for begin, end in reversed(list(portions(self._database, after, upto, PORTION))):
            tell(upto - end, upto - after)
            parameters = (client_id, begin, end, _MARK)
            _, rows = living_rows.select(self._database, TIMELINE, _STEPS, parameters)
            for position, work_order_id, is_first, changes in rows:
                yield Step(position, work_order_id, is_first, _status_before(changes))


def _status_before(changes: bytes) -> JsonValue:
    told = decode(changes)
    for change in told if isinstance(told, list) else []:
        if isinstance(change, dict) and change.get("Field") == "Status":
            return change.get("From")
    return None
