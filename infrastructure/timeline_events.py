"""Reading the timeline as the change feed tells it, and being told when it moves on."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from application.query_ports import TimelinePage, TimelineRow
from infrastructure import announcements
from infrastructure.database import Database, answering
from infrastructure.living_rows import reached, select
from infrastructure.stored_names import TOLD_NAMES
from infrastructure.timeline import TIMELINE

_MOST_BYTES: Final = 1_000_000
"""Of the changes read at a time, unless the first alone are larger."""

_COLUMNS: Final = """
    position, client_id, stream_id, version, work_order_id, activity_id, name, recorded_at, verdict,
    changes
"""

# Events of streams that wait are told from the log: nobody's feed stands still for them, and nobody
# misses them who has passed their places when they are mended.
_PAGE: Final = f"""
    WITH waiting AS (
        SELECT stream_id, parked_streams.position AS since, tracked.position AS reached
        FROM projection_pointers
        JOIN projection_generations AS tracked USING (projection, generation)
        JOIN parked_streams USING (projection, generation)
        WHERE projection = 'timeline'
    ), told AS (
        (SELECT {_COLUMNS} FROM {{table}}
         WHERE client_id = %s AND position > %s AND %OF%
         ORDER BY position LIMIT %s)
        UNION ALL
        (SELECT log.position, log.client_id, log.stream_id, log.version, known.work_order_id,
                known.activity_id, log.name, log.recorded_at, NULL, NULL
         FROM waiting
         JOIN event_log AS log USING (stream_id)
         LEFT JOIN LATERAL (
             SELECT work_order_id, activity_id FROM {{table}} AS row
             WHERE row.stream_id = waiting.stream_id ORDER BY row.position DESC LIMIT 1
         ) AS known ON true
         WHERE log.client_id = %s AND log.position > %s AND %OF_KNOWN%
           AND log.position BETWEEN waiting.since AND waiting.reached
           AND (log.name LIKE 'work-order.%%' OR log.name LIKE 'activity.%%')
         ORDER BY log.position LIMIT %s)
    )
    SELECT {_COLUMNS}, total
    FROM (SELECT *, count(*) OVER () AS total, row_number() OVER (ORDER BY position) AS number,
                 sum(octet_length(changes)) OVER (ORDER BY position) AS bytes
          FROM (SELECT * FROM told ORDER BY position LIMIT %s) AS first) AS sized
    WHERE number = 1 OR bytes IS NULL OR bytes <= {_MOST_BYTES}
    ORDER BY position
"""  # noqa: S608 - constants only

_OF_CLIENT: Final = _PAGE.replace("%OF%", "true").replace("%OF_KNOWN%", "true")
_OF_ACTIVITY: Final = _PAGE.replace("%OF%", "activity_id = %s").replace(
    "%OF_KNOWN%", "known.activity_id = %s"
)

_POSITION: Final = """
    SELECT position FROM projection_pointers JOIN projection_generations
    USING (projection, generation) WHERE projection = 'timeline'
"""


class PostgresTimelineEvents:
    """Reads the living generation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, client_id: UUID, activity_id: int | None, after: int | None, limit: int
    ) -> TimelinePage:
        """Return a client's events, or one activity's, behind a position.

        Behind the timeline's end, where no position is given. Raises `LostPositionError`,
        `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        if after is None:
            return TimelinePage((), reached(self._database, TIMELINE), is_full=False)
        scope = (client_id, after) if activity_id is None else (client_id, after, activity_id)
        statement = _OF_CLIENT if activity_id is None else _OF_ACTIVITY
        parameters = (*scope, limit, *scope, limit, limit)
        position, found = select(self._database, TIMELINE, statement, parameters, behind=after)
        rows = [_row(*columns) for *columns, _ in found]
        is_full = bool(found) and (found[0][-1] == limit or len(found) < found[0][-1])
        return TimelinePage(rows, rows[-1].position if is_full else max(after, position), is_full)


class PostgresTimelineMoves:
    """Listens on a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def listening(self) -> Generator[Callable[[float], int]]:
        """Lend what waits for a move, but no longer than so many seconds, and returns the position.

        Raises `StorageUnavailableError`.
        """
        with self._database.connect() as connection, answering():
            announcements.listen_to_moves(connection)

            def wait(seconds: float) -> int:
                announcements.wait(connection, seconds)
                row = connection.execute(_POSITION).fetchone()
                return 0 if row is None else int(row[0])

            yield wait


def _row(
    position: int,
    client_id: UUID,
    stream_id: UUID,
    version: int,
    work_order_id: int | None,
    activity_id: int | None,
    name: str,
    *rest: Any,
) -> TimelineRow:
    told = TOLD_NAMES.get(name, name)
    return TimelineRow(
        position, client_id, stream_id, version, work_order_id, activity_id, told, *rest
    )
