"""What the table of current activities has of streams."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from application.read_model_ports import KeptState
from infrastructure.current_activities import CURRENT_ACTIVITIES
from infrastructure.database import Database
from infrastructure.living_rows import select

_STATE: Final = "SELECT version, state FROM {table} WHERE stream_id = %s"

_STATES: Final = "SELECT stream_id, version, state FROM {table} WHERE stream_id = ANY(%s)"


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

    def of_streams(self, streams: Sequence[UUID]) -> dict[UUID, KeptState]:
        """Return the kept states of those streams that have one.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        _, rows = select(self._database, CURRENT_ACTIVITIES, _STATES, (list(streams),))
        return {stream_id: KeptState(version, state) for stream_id, version, state in rows}
