"""Which activity id followed which work order, from which position of the log to which."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from application.journal_ports import LinkChange
from application.ports import Link
from infrastructure.columns import read_integer, read_uuid
from infrastructure.database import Database
from infrastructure.parameters import bigints, integers, uuids
from infrastructure.statements import Cursor, Request, Statement

_HIGHEST: Final = Statement(
    "links_highest",
    """
    SELECT client.id,
           greatest((SELECT max(activity_id) FROM activity_links WHERE client_id = client.id),
                    (SELECT activity_id FROM passed_activity_ids WHERE client_id = client.id))
    FROM unnest($1) AS client (id)
    """,
    "uuid[]",
)

_HOLDERS: Final = Statement(
    "links_holders",
    """
    SELECT link.client_id, link.activity_id, link.work_order_id
    FROM unnest($1, $2) AS wanted (client_id, activity_id)
    JOIN activity_links AS link USING (client_id, activity_id)
    WHERE link.to_position IS NULL
    """,
    *("uuid[]", "integer[]"),
)

_CLOSE: Final = Statement(
    "links_close",
    """
    UPDATE activity_links AS link SET to_position = released.position
    FROM unnest($1, $2, $3) AS released (client_id, activity_id, position)
    WHERE link.client_id = released.client_id AND link.activity_id = released.activity_id
      AND link.to_position IS NULL
    """,
    *("uuid[]", "integer[]", "bigint[]"),
)

_OPEN: Final = Statement(
    "links_open",
    """
    INSERT INTO activity_links (client_id, activity_id, work_order_id, from_position, to_position)
    SELECT * FROM unnest($1, $2, $3, $4, $5)
    """,
    *("uuid[]", "integer[]", "bigint[]", "bigint[]", "bigint[]"),
)

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

_AMONG: Final = f"""
    SELECT {_COLUMNS} FROM activity_links
    WHERE client_id = %s AND to_position IS NULL
      AND (activity_id = ANY(%s::integer[]) OR work_order_id = ANY(%s::bigint[]))
    ORDER BY activity_id
"""  # noqa: S608 - constants only


def highest_ids(cursor: Cursor, clients: Collection[UUID]) -> dict[UUID, int]:
    """Return the highest activity id ever opened of each client that has one.

    Ids that were opened by what the log lost count as well.
    """
    return {
        read_uuid(client_id): read_integer(highest)
        for client_id, highest in _HIGHEST.rows(cursor, uuids(list(clients)))
        if highest is not None
    }


def holders(cursor: Cursor, ids: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
    """Return the work order on which each of these (client, activity id) is open, if any."""
    clients, activities = [client for client, _ in ids], [activity for _, activity in ids]
    return {
        (read_uuid(client_id), read_integer(activity_id)): read_integer(work_order_id)
        for client_id, activity_id, work_order_id in _HOLDERS.rows(
            cursor, uuids(clients), integers(activities)
        )
    }


def saving(changes: Sequence[LinkChange]) -> list[Request]:
    """Return what records openings and releases that were decided in this order."""
    opened: dict[tuple[UUID, int], LinkChange] = {}
    periods: list[Link] = []
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
    requests: list[Request] = []
    if released:
        closed = (
            uuids([change.client_id for change in released]),
            integers([change.activity_id for change in released]),
            bigints([change.position for change in released]),
        )
        requests.append((_CLOSE, closed))
    if periods:
        kept = (
            uuids([period.client_id for period in periods]),
            integers([period.activity_id for period in periods]),
            bigints([period.work_order_id for period in periods]),
            bigints([period.from_position for period in periods]),
            bigints([period.to_position for period in periods]),
        )
        requests.append((_OPEN, kept))
    return requests


def _period(opening: LinkChange, end: int | None) -> Link:
    return Link(
        opening.client_id, opening.activity_id, opening.work_order_id, opening.position, end
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

    def open_among(
        self, client_id: UUID, activities: Sequence[int], work_orders: Sequence[int]
    ) -> list[Link]:
        """Return the client's open activities that are one of these or follow one of these."""
        return self._select(_AMONG, (client_id, list(activities), list(work_orders)))

    def _select(self, statement: str, parameters: Sequence[object]) -> list[Link]:
        with self._database.connection() as connection:
            return [Link(*row) for row in connection.execute(statement, parameters)]
