"""A log that was put back from a backup, whole or in parts, and the epoch that follows."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from application.restores import Restored, Restores
from domain.client import Client
from domain.restore import RecordRestore
from infrastructure.database import Database
from infrastructure.epoch_store import PostgresEpochs
from infrastructure.event_ids import new_event_id
from infrastructure.heads_rebuild import PostgresHeadsRebuild
from infrastructure.mapper import EventMapper

_LOSE_EVENTS: Final = "DELETE FROM event_log WHERE position > %s"
_LOSE_LINKS: Final = (
    "DELETE FROM activity_links WHERE from_position > %s",
    "UPDATE activity_links SET to_position = NULL WHERE to_position > %s",
)


class LostEvents:
    """What was written last is lost, as if an older copy of the database were put back."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.restores = Restores(PostgresEpochs(database, EventMapper()), new_event_id)

    def behind(self, position: int) -> None:
        """Lose the events behind a position with the links and heads that they made.

        Read models stay where they are.
        """
        self.alone_behind(position)
        with self._database.connection() as connection:
            for statement in _LOSE_LINKS:
                connection.execute(statement, (position,))
        PostgresHeadsRebuild(self._database, EventMapper())(lambda *_: None)

    def alone_behind(self, position: int) -> None:
        """Lose the events behind a position, and nothing else that tells of them."""
        with self._database.connection() as connection:
            connection.execute(_LOSE_EVENTS, (position,))

    def restored(self, clients: Sequence[UUID] = (), **told: int | str) -> Restored:
        """Record the restore; `last_position` and `reason` are options of the command."""
        command = RecordRestore(**told)  # type: ignore[arg-type]
        known = [Client(client_id=client_id) for client_id in clients]
        return self.restores.record(command, known, "tests")
