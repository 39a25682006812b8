"""Making, reading and dropping generations of a read model; the pointer names the one in use."""

from typing import Final

import psycopg
from psycopg import sql

from application.read_model_ports import Tracked
from infrastructure.read_models import READ_TABLES, TRACK
from infrastructure.read_tables import ReadTable
from infrastructure.statements import Cursor
from infrastructure.tracking import IS_IN_LOG

_NUMBER: Final = """
    UPDATE projection_pointers SET last_generation = last_generation + 1 WHERE projection = %b
    RETURNING last_generation
"""

_FORGET_OTHERS_TRACKING: Final = """
    DELETE FROM projection_generations WHERE projection = %b AND generation NOT IN
        (SELECT generation FROM projection_pointers WHERE projection = %b)
"""

_FORGET_OTHERS_PARKED: Final = """
    DELETE FROM parked_streams WHERE projection = %b AND generation NOT IN
        (SELECT generation FROM projection_pointers WHERE projection = %b)
"""

_POINTED: Final = "SELECT generation FROM projection_pointers WHERE projection = %b"

_TABLES: Final = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relname ~ %b AND relname <> %b
      AND relnamespace = (SELECT relnamespace FROM pg_class
                          WHERE oid = 'projection_pointers'::regclass)
"""

_FORGET_TRACKING: Final = """
    DELETE FROM projection_generations WHERE projection = %b AND generation = %b
"""

_FORGET_PARKED: Final = "DELETE FROM parked_streams WHERE projection = %b AND generation = %b"

_LIVING: Final = f"""
    SELECT generation, position, {IS_IN_LOG}
    FROM projection_pointers JOIN projection_generations AS tracked USING (projection, generation)
    WHERE projection = %b
    FOR UPDATE
"""  # noqa: S608 - constants only

_POINT: Final = "UPDATE projection_pointers SET generation = %b WHERE projection = %b"

_FILLED: Final = """
    UPDATE projection_generations SET position = %b, moved_at = clock_timestamp()
    WHERE projection = %b AND generation = %b
"""


def begin(cursor: Cursor, table: ReadTable) -> Tracked:
    """Make an empty generation, under a number that none had before.

    Raises `LookupError` where there is no such read model.
    """
    with cursor.connection.transaction():
        numbered = cursor.execute(_NUMBER, (table.name,)).fetchone()
        if numbered is None:
            raise LookupError(f"There is no read model {table.name}.")
        generation = int(numbered[0])
        table.create(cursor, generation)
        table.vacuum_by_itself(cursor, generation, enabled=False)
        cursor.execute(TRACK, (table.name, generation, table.shape))
    return Tracked(table.name, generation, 0, {})


def filled(cursor: Cursor, tracked: Tracked, upto: int) -> None:
    """Note how far a generation was filled, all its indexes made."""
    cursor.execute(_FILLED, (upto, tracked.projection, tracked.generation))
    table = READ_TABLES[tracked.projection]
    table.vacuum_by_itself(cursor, tracked.generation, enabled=True)
    cursor.execute(sql.SQL("ANALYZE {}").format(table.table(tracked.generation)))


def switch(cursor: Cursor, tracked: Tracked) -> bool:
    """Let a generation be the one that is read, unless that one is further; say whether."""
    try:
        return _switched(cursor, tracked)
    except psycopg.errors.LockNotAvailable:
        return False


def _switched(cursor: Cursor, tracked: Tracked) -> bool:
    with cursor.connection.transaction():
        cursor.execute("SET LOCAL synchronous_commit = on")
        living = cursor.execute(_LIVING, (tracked.projection,)).fetchone()
        if living is None or (living[1] > tracked.position and living[2]):
            return False
        cursor.execute(_POINT, (tracked.generation, tracked.projection))
        # Whoever still moves the former generation finds no row and looks where it is now.
        former = (tracked.projection, living[0])
        cursor.execute(_FORGET_TRACKING, former)
        cursor.execute(_FORGET_PARKED, former)
    return True


def drop_others(cursor: Cursor, table: ReadTable) -> None:
    """Drop the generations that are not read, and what a rebuild that was killed left behind.

    Whoever still reads one ends in peace: a drop waits for it, and one that waits too long is
    left for the next time.
    """
    for name in _tables_of(cursor, table):
        try:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(sql.Identifier(name)))
        except psycopg.errors.LockNotAvailable:
            continue
    # Also what one noted that shares a rebuild that was over by then.
    cursor.execute(_FORGET_OTHERS_TRACKING, (table.name, table.name))
    cursor.execute(_FORGET_OTHERS_PARKED, (table.name, table.name))


def _tables_of(cursor: Cursor, table: ReadTable) -> list[str]:
    pointed = cursor.execute(_POINTED, (table.name,)).fetchone()
    living = f"{table.name}_{pointed[0]}" if pointed else ""
    rows = cursor.execute(_TABLES, (f"^{table.name}_[0-9]+$", living))
    return [str(name) for (name,) in rows.fetchall()]
