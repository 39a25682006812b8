"""Reads what is on record of all clients, by the index that holds only that."""

from collections.abc import Sequence
from typing import Final

from domain.record import RecordedEvent
from infrastructure import log_rows
from infrastructure.database import Database
from infrastructure.mapper import EventMapper

_SINCE: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE name LIKE 'client.%%' AND position > %s
    ORDER BY position
"""  # noqa: S608 - constants only


class PostgresClientEvents:
    """The clients' events in the log."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper

    def since(self, position: int) -> Sequence[RecordedEvent]:
        """Return the clients' events behind this position, in order.

        Raises `StorageUnavailableError`.
        """
        with self._database.connection() as connection, connection.cursor(binary=True) as cursor:
            rows = log_rows.as_rows(cursor.execute(_SINCE, (position,)))
        return [self._mapper.to_domain_event(row) for row in rows]
