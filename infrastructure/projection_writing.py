"""Writing into one generation of a read model."""

from collections.abc import Sequence
from uuid import UUID

from application.read_model_ports import Row, Tracked
from infrastructure import tracking
from infrastructure.read_tables import ReadTable
from infrastructure.statements import Cursor


class ProjectionWriting:
    """Writes into the table of one generation, in a transaction if there is one."""

    def __init__(self, cursor: Cursor, table: ReadTable, tracked: Tracked) -> None:
        self._cursor = cursor
        self._table = table
        self._tracked = tracked

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows into the generation's table. Raises `RefusedRowsError`."""
        self._table.write(self._cursor, self._tracked.generation, rows)

    def fill(self, rows: Sequence[Row]) -> None:
        """Write rows none of whose keys is there yet. Raises `RefusedRowsError`."""
        if self._table.merged:
            self.write(rows)
        else:
            self._table.copy(self._cursor, self._tracked.generation, rows)

    def park(self, stream_id: UUID, position: int, problem: str) -> None:
        """Let a stream wait from this event on, and since it first did."""
        tracking.park(self._cursor, self._tracked, stream_id, position, problem)

    def unpark(self, stream_id: UUID) -> None:
        """Let a stream wait no longer."""
        tracking.unpark(self._cursor, self._tracked, stream_id)


class SharedWriting(ProjectionWriting):
    """The same while other processes write into the generation, each the rows of its own streams.

    Rows that are merged belong to the streams of all of them. Whoever writes such rows keeps the
    others out meanwhile, or two that need each other's rows would block one another for good.
    """

    def write(self, rows: Sequence[Row]) -> None:
        """Write rows into the generation's table. Raises `RefusedRowsError`."""
        if not rows or not self._table.merged:
            super().write(rows)
            return
        with self._cursor.connection.transaction():
            self._table.keep_others_out(self._cursor, self._tracked.generation)
            super().write(rows)
