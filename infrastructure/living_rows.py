"""Reading a read model's living generation, whatever is rebuilt or dropped meanwhile."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import sql

from application.query_ports import OutdatedReadModelError
from infrastructure import lost_positions
from infrastructure.database import Database
from infrastructure.read_tables import ReadTable
from infrastructure.tracking import IS_IN_LOG

_SNAPSHOT: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

# As PostgreSQL's manual has it for what lies in memory: to look at a page costs hardly more than to
# look at a row. By default, a word that is neither rare nor common is searched for row by row, ten
# times as many of them as the index of words would name. And whoever searches gets one processor.
_LIKELY_IN_MEMORY: Final = """
    SELECT set_config('random_page_cost', '0.1', true), set_config('seq_page_cost', '0.1', true),
           set_config('max_parallel_workers_per_gather', '0', true)
"""

_LIVING: Final = f"""
    SELECT generation, position, shape, {IS_IN_LOG},
           %s::bigint = 0 OR EXISTS (SELECT FROM event_log WHERE event_log.position = %s)
    FROM projection_pointers JOIN projection_generations AS tracked USING (projection, generation)
    WHERE projection = %s
"""  # noqa: S608 - constants only

_NOTHING: Final = "SELECT 1 FROM {table} WHERE false"

_LOST: Final = "is of what the log had before it was restored"

_ATTEMPTS: Final = 3


def select(
    database: Database,
    table: ReadTable,
    statement: str,
    parameters: Sequence[object],
    *,
    planned_anew: bool = False,
    behind: int = 0,
) -> tuple[int, list[tuple[Any, ...]]]:
    """Return how far the read model is, and the rows that it has there; both of one snapshot.

    `{table}` in the statement becomes the name of the generation's table. A statement whose best
    plan depends on what is asked is `planned_anew` each time. Raises `OutdatedReadModelError` and
    `StorageUnavailableError`.
    """
    attempts = 0
    while True:
        attempts += 1
        try:
            return _select(database, table, statement, parameters, planned_anew, behind)
        except psycopg.errors.UndefinedTable:
            # Between the look at the pointer and this one a newer generation took its place.
            if attempts == _ATTEMPTS:
                raise


def reached(database: Database, table: ReadTable) -> int:
    """Return how far the read model is.

    Raises `OutdatedReadModelError` and `StorageUnavailableError`.
    """
    position, _ = select(database, table, _NOTHING, ())
    return position


def _select(
    database: Database,
    table: ReadTable,
    statement: str,
    parameters: Sequence[object],
    planned_anew: bool,
    behind: int,
) -> tuple[int, list[tuple[Any, ...]]]:
    with database.connection() as connection, connection.cursor(binary=True) as cursor:
        cursor.execute(_SNAPSHOT)
        living = cursor.execute(_LIVING, (behind, behind, table.name)).fetchone()
        if living is None:
            raise LookupError(f"There is no read model {table.name}.")
        generation, position, shape, is_in_log, is_behind_an_event = living
        if shape != table.shape:
            raise OutdatedReadModelError(table.name)
        if not is_in_log:
            raise OutdatedReadModelError(table.name, _LOST)
        if not is_behind_an_event:
            lost_positions.check(cursor, behind)
        if planned_anew:
            cursor.execute(_LIKELY_IN_MEMORY)
        query = sql.SQL(statement).format(table=table.table(generation))
        prepare = False if planned_anew else None
        return position, cursor.execute(query, parameters, prepare=prepare).fetchall()
