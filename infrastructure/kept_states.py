"""What the table of current activities has of one stream."""

from typing import Final
from uuid import UUID

from application.read_model_ports import KeptState
from infrastructure.current_activities import CURRENT_ACTIVITIES
from infrastructure.database import Database
from infrastructure.living_rows import select

_STATE: Final = "SELECT version, state FROM {table} WHERE stream_id = %s"


class PostgresKeptStates:
    """Reads the living generation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_stream(self, stream_id: UUID) -> KeptState | None:
        """Return the kept state, if there is one.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        _, rows = select(self._database, CURRENT_ACTIVITIES, _STATE, (stream_id,))
        return KeptState(*rows[0]) if rows else None
