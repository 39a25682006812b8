"""The read models' tables, and their first generations."""

from typing import Final

from infrastructure.activity_search import ACTIVITY_SEARCH
from infrastructure.current_activities import CURRENT_ACTIVITIES
from infrastructure.database import Rows
from infrastructure.delivery_health import DELIVERY_HEALTH
from infrastructure.read_tables import ReadTable
from infrastructure.timeline import TIMELINE

READ_TABLES: Final[dict[str, ReadTable]] = {
    table.name: table for table in (CURRENT_ACTIVITIES, ACTIVITY_SEARCH, TIMELINE, DELIVERY_HEALTH)
}

_POINTED: Final = "SELECT projection FROM projection_pointers"

TRACK: Final = """
    INSERT INTO projection_generations (projection, generation, shape, position)
    VALUES (%s, %s, %s, 0)
"""
"""Begins the tracking of a generation: its read model, its number, its table's shape."""

_POINT: Final = "INSERT INTO projection_pointers (projection, generation) VALUES (%s, %s)"


def prepare(connection: Rows) -> None:
    """Give every read model that has none an empty first generation; the projector fills it."""
    pointed = {name for (name,) in connection.execute(_POINTED)}
    with connection.cursor() as cursor:
        for table in READ_TABLES.values():
            if table.name not in pointed:
                table.create(cursor, 1)
                table.create_left_out_key(cursor, 1)
                for statement in table.index_statements(1):
                    cursor.execute(statement)
                cursor.execute(TRACK, (table.name, 1, table.shape))
                cursor.execute(_POINT, (table.name, 1))
