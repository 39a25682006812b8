"""Which activity id followed which work order, from which position of the log to which."""

from collections.abc import Collection, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

from psycopg import Cursor

from application.journal_ports import LinkChange
from application.ports import Link
from infrastructure.database import Database

Rows: TypeAlias = Cursor[tuple[Any, ...]]

_HIGHEST: Final = """
    SELECT client.id, (SELECT max(activity_id) FROM activity_links WHERE client_id = client.id)
    FROM unnest(%b::uuid[]) AS client (id)
"""

_HOLDERS: Final = """
    SELECT link.client_id, link.activity_id, link.work_order_id
    FROM unnest(%b::uuid[], %b::integer[]) AS wanted (client_id, activity_id)
    JOIN activity_links AS link USING (client_id, activity_id)
    WHERE link.to_position IS NULL
"""

_CLOSE: Final = """
    UPDATE activity_links AS link SET to_position = released.position
    FROM unnest(%b::uuid[], %b::integer[], %b::bigint[])
         AS released (client_id, activity_id, position)
    WHERE link.client_id = released.client_id AND link.activity_id = released.activity_id
      AND link.to_position IS NULL
"""

_OPEN: Final = """
    INSERT INTO activity_links (client_id, activity_id, work_order_id, from_position, to_position)
    SELECT * FROM unnest(%b::uuid[], %b::integer[], %b::bigint[], %b::bigint[], %b::bigint[])
"""

_COLUMNS: Final = "client_id, activity_id, work_order_id, from_position, to_position"

_OF_ACTIVITY: Final = f"""
    SELECT {_COLUMNS} FROM activity_links
    WHERE client_id = %s AND activity_id = %s
    ORDER BY from_position
"""  # noqa: S608 - constants only

_OF_CLIENT: Final = f"""
    SELECT {_COLUMNS} FROM activity_links
    WHERE client_id = %s AND activity_id > %s AND to_position IS NULL
    ORDER BY activity_id
    LIMIT %s
"""  # noqa: S608 - constants only


def highest_ids(cursor: Rows, clients: Collection[UUID]) -> dict[UUID, int]:
    """Return the highest activity id ever opened of each client that has one."""
    rows = cursor.execute(_HIGHEST, (list(clients),))
    return {client_id: highest for client_id, highest in rows if highest is not None}


def holders(cursor: Rows, ids: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
    """Return the work order on which each of these (client, activity id) is open, if any."""
    clients, activities = [client for client, _ in ids], [activity for _, activity in ids]
    rows = cursor.execute(_HOLDERS, (clients, activities))
    return {(client_id, activity_id): work_order for client_id, activity_id, work_order in rows}


def save(cursor: Rows, changes: Sequence[LinkChange]) -> None:
    """Record openings and releases, in the order in which they were decided."""
    opened: dict[tuple[UUID, int], LinkChange] = {}
    periods: list[tuple[UUID, int, int, int, int | None]] = []
    released: list[LinkChange] = []
    for change in changes:
        key = (change.client_id, change.activity_id)
        if change.opened:
            opened[key] = change
        elif (opening := opened.pop(key, None)) is not None:
            periods.append(_period(opening, change.position))
        else:
            released.append(change)
    periods += [_period(opening, None) for opening in opened.values()]
    if released:
        cursor.execute(
            _CLOSE,
            (
                [change.client_id for change in released],
                [change.activity_id for change in released],
                [change.position for change in released],
            ),
        )
    if periods:
        cursor.execute(_OPEN, [list(column) for column in zip(*periods, strict=True)])


def _period(opening: LinkChange, end: int | None) -> tuple[UUID, int, int, int, int | None]:
    return (
        opening.client_id,
        opening.activity_id,
        opening.work_order_id,
        opening.position,
        end,
    )


class PostgresLinks:
    """Reads the links outside the journal."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_activity(self, client_id: UUID, activity_id: int) -> list[Link]:
        """Return every period of an activity id, the earliest first."""
        return self._select(_OF_ACTIVITY, (client_id, activity_id))

    def open_links(self, client_id: UUID, after: int, limit: int) -> list[Link]:
        """Return the client's open activities with ids above `after`, by id, at most `limit`."""
        return self._select(_OF_CLIENT, (client_id, after, limit))

    def _select(self, statement: str, parameters: Sequence[object]) -> list[Link]:
        with self._database.connection() as connection:
            return [Link(*row) for row in connection.execute(statement, parameters)]
