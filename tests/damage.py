"""Events that cannot be read, as those of a later release, and heads that nobody trusts."""

from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from infrastructure.database import Database


@contextmanager
def unreadable(database: Database, position: int) -> Generator[UUID]:
    """Give an event a name that only a later release knows; lends the event's stream."""
    [[stream_id, name]] = _execute(
        database, "SELECT stream_id, name FROM event_log WHERE position = %s", position
    )
    _execute(database, _NAME, f"{name}.of.a.later.release", position)
    yield stream_id
    _execute(database, _NAME, name, position)


def distrust_head(database: Database, stream_id: UUID) -> None:
    """Give a head the shape of another release."""
    _execute(database, _SHAPE, stream_id)


_NAME = "UPDATE event_log SET name = %s WHERE position = %s RETURNING stream_id"
_SHAPE = "UPDATE activity_heads SET shape = 9999 WHERE stream_id = %s RETURNING stream_id"


def _execute(database: Database, statement: str, *values: object) -> list[tuple[UUID, str]]:
    with database.connection() as connection:
        return list(connection.execute(statement.encode(), values))
