"""Reads events of the log that lie apart: by their positions, or of many streams."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager

from msgspec.structs import replace

from application.read_model_ports import LogItem
from application.stream_ports import StreamPart
from infrastructure import log_pages
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.statements import Cursor


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
            with self._cursor() as cursor:
                items = log_pages.at_positions(cursor, self._mapper, left)
            if not items or [it.position for it in items] != left[: len(items)]:
                raise LookupError(f"There is not an event at each of the positions {left}.")
            yield from items
            left = left[len(items) :]

    def of_streams(self, parts: Sequence[StreamPart]) -> Iterator[LogItem]:
        """Return the events of parts of streams, part by part, without holding too much at once.

        Raises `StorageUnavailableError`.
        """
        left = list(parts)
        while left:
            with self._cursor() as cursor:
                items = log_pages.of_streams(cursor, self._mapper, left)
            if not items:
                return
            yield from items
            left = _behind(left, items[-1])

    @contextmanager
    def _cursor(self) -> Generator[Cursor]:
        with self._database.connection() as connection, connection.cursor(binary=True) as cursor:
            yield cursor


def _behind(parts: Sequence[StreamPart], item: LogItem) -> list[StreamPart]:
    """Return what is left of parts of streams behind an event."""
    [number] = [n for n, part in enumerate(parts) if part.stream_id == item.originator_id]
    begun = replace(parts[number], after=item.originator_version)
    return [*([begun] if begun.after < begun.upto else []), *parts[number + 1 :]]
