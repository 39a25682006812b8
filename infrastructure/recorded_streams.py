"""Reads many streams of the log at once."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from domain.record import RecordedEvent
from infrastructure import log_rows
from infrastructure.database import Database
from infrastructure.mapper import EventMapper

_EVENTS: Final = f"""
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE stream_id = ANY(%s)
    ORDER BY stream_id, version
"""  # noqa: S608 - constants only


class PostgresRecordedStreams:
    """The log's streams."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper

    def events(self, streams: Sequence[UUID]) -> list[RecordedEvent]:
        """Return every event of these streams, each stream's in order.

        Raises `StorageUnavailableError`.
        """
        with self._database.connection() as connection, connection.cursor(binary=True) as cursor:
            rows = log_rows.as_rows(cursor.execute(_EVENTS, (list(streams),)))
        return [self._mapper.to_domain_event(row) for row in rows]
