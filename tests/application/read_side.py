"""The read models of a test's database, followed by hand."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from application.projection import Projection
from application.projections import PROJECTIONS
from application.projector import Projector
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.projector_session import PostgresProjectorSession

ORDERED_BY = {
    "current_activities": "stream_id",
    "activity_search": "stream_id",
    "timeline": "position",
    "delivery_health": "client_id, sender, day",
}


class ReadSide:
    """Moves the read models on, and reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def catch_up(self, projections: Sequence[Projection] = PROJECTIONS) -> None:
        """Follow, on a connection of its own, until there is nothing left to follow."""
        with self.projector(projections) as projector:
            while projector.round():
                pass

    @contextmanager
    def projector(self, projections: Sequence[Projection] = PROJECTIONS) -> Generator[Projector]:
        """Lend a projector with a connection of its own."""
        with PostgresProjectorSession.opened(self._database, EventMapper()) as session:
            yield Projector(session, projections)

    def rows(self, name: str, client_id: UUID | None = None) -> list[dict[str, Any]]:
        """Return the living generation's rows."""
        with self._database.connection() as connection:
            generation = self.generation(name)
            cursor = connection.cursor(row_factory=dict_row)
            rows = cursor.execute(
                sql.SQL("SELECT * FROM {} ORDER BY {}").format(
                    sql.Identifier(f"{name}_{generation}"), sql.SQL(ORDERED_BY[name])
                )
            ).fetchall()
        return [row for row in rows if client_id in {None, row["client_id"]}]

    def generation(self, name: str) -> int:
        """Return which generation is read."""
        return int(
            self._one("SELECT generation FROM projection_pointers WHERE projection = %s", name)
        )

    def position(self, name: str) -> int:
        """Return how far the living generation is."""
        return int(
            self._one(
                "SELECT position FROM projection_pointers"
                " JOIN projection_generations USING (projection, generation)"
                " WHERE projection = %s",
                name,
            )
        )

    def tables(self) -> set[str]:
        """Return the names of all generations' tables."""
        with self._database.connection() as connection:
            names = connection.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '_[0-9]+$'"
                " AND relnamespace = current_schema()::regnamespace"
            ).fetchall()
        return {name for (name,) in names}

    def parked(self, name: str) -> list[tuple[Any, ...]]:
        """Return stream, position and problem of what waits."""
        with self._database.connection() as connection:
            return connection.execute(
                "SELECT stream_id, position, problem FROM parked_streams"
                " WHERE projection = %s ORDER BY position",
                (name,),
            ).fetchall()

    def execute(self, statement: str, *values: object) -> None:
        """Do something to the database by hand."""
        with self._database.connection() as connection:
            connection.execute(statement.encode(), values)

    def _one(self, statement: str, *values: object) -> Any:
        with self._database.connection() as connection:
            row = connection.execute(statement.encode(), values).fetchone()
        assert row is not None
        return row[0]
