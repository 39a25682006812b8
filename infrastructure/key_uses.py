"""When each pair of keys was last used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from infrastructure.database import Database

_SAVE: Final = """
    INSERT INTO key_uses (key_id, last_used_at)
    SELECT * FROM unnest(%s::uuid[], %s::timestamptz[])
    ON CONFLICT (key_id) DO UPDATE
    SET last_used_at = greatest(key_uses.last_used_at, excluded.last_used_at)
"""

_ALL: Final = "SELECT key_id, last_used_at FROM key_uses"


class PostgresKeyUses:
    """The table of last uses, written by every process now and then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, uses: Mapping[UUID, datetime]) -> None:
        """Keep the later of each use known and told. Raises `StorageUnavailableError`."""
        with self._database.connection() as connection:
            # One order for all processes, so that no two wait for each other.
            keys = sorted(uses)
            connection.execute(_SAVE, (keys, [uses[key] for key in keys]))

    def all(self) -> dict[UUID, datetime]:
        """Return the last use of every pair that was ever used."""
        with self._database.connection() as connection:
            return dict(connection.execute(_ALL).fetchall())
