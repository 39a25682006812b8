"""Reads events of the log that lie apart, by their positions."""

from collections.abc import Iterator, Sequence

from application.read_model_ports import LogItem
from infrastructure import log_pages
from infrastructure.database import Database
from infrastructure.mapper import EventMapper


class PostgresRecordedEvents:
    """The log's events."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper

    def at(self, positions: Sequence[int]) -> Iterator[LogItem]:
        """Return the events at these positions, which go up, without holding too much at once.

        Raises `LookupError` where there is none, and `StorageUnavailableError`.
        """
        left = list(positions)
        while left:
            with (
                self._database.connection() as connection,
                connection.cursor(binary=True) as cursor,
            ):
                items = log_pages.at_positions(cursor, self._mapper, left)
            if not items or [it.position for it in items] != left[: len(items)]:
                raise LookupError(f"There is not an event at each of the positions {left}.")
            yield from items
            left = left[len(items) :]
