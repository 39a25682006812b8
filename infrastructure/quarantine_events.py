"""Reads what is on record of a client's quarantine, by the index that holds only that."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from domain.record import RecordedEvent
from infrastructure import log_rows
from infrastructure.database import Database
from infrastructure.mapper import EventMapper

_PAGE: Final = 100

_OF_CLIENT: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE name LIKE 'delivery.%%' AND client_id = %s AND position > %s
    ORDER BY position
    LIMIT %s
"""  # noqa: S608 - constants only


class PostgresQuarantineEvents:
    """The events of all quarantined deliveries in the log."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper

    def of_client(self, client_id: UUID) -> Iterator[RecordedEvent]:
        """Return a client's quarantine events, in order, without holding all of them at once.

        Raises `StorageUnavailableError`.
        """
        position = 0
        while True:
            with (
                self._database.connection() as connection,
                connection.cursor(binary=True) as cursor,
            ):
                page = cursor.execute(_OF_CLIENT, (client_id, position, _PAGE))
                rows = log_rows.as_rows(page)
            yield from map(self._mapper.to_domain_event, rows)
            if len(rows) < _PAGE:
                return
            position = rows[-1].id
