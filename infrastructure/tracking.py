"""How far each generation of a read model is: one row each, moved only from where it is known."""

from typing import Any, Final, TypeAlias
from uuid import UUID

from psycopg import Cursor

from application.read_model_ports import LostPlaceError, Tracked
from infrastructure import announcements
from infrastructure.read_models import READ_TABLES

Rows: TypeAlias = Cursor[tuple[Any, ...]]

IS_IN_LOG: Final = """
    (tracked.position = 0
     OR EXISTS (SELECT FROM event_log WHERE event_log.position = tracked.position))
"""
"""Whether a generation `tracked` is where the log has an event: unless that was restored, it is."""

ASTRAY: Final = (
    "The log has no event where it is, as after a restore from a backup: give the command "
    "restored, and rebuild it."
)

_OUTDATED: Final = "Another release made its table: rebuild it."

_LIVING: Final = f"""
    SELECT generation, position, revision, shape, {IS_IN_LOG}
    FROM projection_pointers JOIN projection_generations AS tracked USING (projection, generation)
    WHERE projection = %b
"""  # noqa: S608 - constants only

_PARKED: Final = """
    SELECT stream_id, position FROM parked_streams WHERE projection = %b AND generation = %b
"""

# The rate is an average over about ten seconds, weighed by how long ago each move was.
_MOVE: Final = f"""
    WITH moved AS (
        UPDATE projection_generations AS tracked
        SET position = %b, moved_at = clock_timestamp(), error = NULL, failed_at = NULL,
        rate = tracked.rate + (1 - exp(-since.seconds / 10)) * (%b / since.seconds - tracked.rate)
    FROM (SELECT greatest(0.001, extract(epoch FROM clock_timestamp() - moved_at)) AS seconds
          FROM projection_generations WHERE projection = %b AND generation = %b) AS since
    WHERE tracked.projection = %b AND tracked.generation = %b AND tracked.position = %b
      AND tracked.revision = %b
    RETURNING tracked.projection
    )
    SELECT CASE WHEN projection = ANY(%b) THEN pg_notify({announcements.MOVES}, projection) END
    FROM moved
"""  # noqa: S608 - constants only

_STOP: Final = """
    UPDATE projection_generations
    SET error = %b, failed_at = coalesce(failed_at, clock_timestamp())
    WHERE projection = %b AND generation = %b AND position = %b
"""

# Whatever is tried in vain, a retry or a rebuild, a stream has been waiting since the first time.
_PARK: Final = """
    INSERT INTO parked_streams (projection, generation, stream_id, position, problem, since)
    VALUES (%b, %b, %b, %b, %b, coalesce(
        (SELECT since FROM parked_streams JOIN projection_pointers USING (projection, generation)
         WHERE projection = %b AND stream_id = %b),
        clock_timestamp()))
    ON CONFLICT (projection, generation, stream_id)
    DO UPDATE SET position = excluded.position, problem = excluded.problem
"""

_UNPARK: Final = """
    WITH gone AS (
        DELETE FROM parked_streams WHERE projection = %b AND generation = %b AND stream_id = %b
    )
    UPDATE projection_generations SET revision = revision + 1
    WHERE projection = %b AND generation = %b
"""


_MOST_AT_ONCE: Final = 1_000
"""Events in a move, so that a rate is never of positions that were only passed over."""

_ANNOUNCED: Final = [name for name, table in READ_TABLES.items() if table.announced]


def living(cursor: Rows, projection: str) -> Tracked:
    """Return how far the generation is that is read. Raises `LookupError` where there is none."""
    row = cursor.execute(_LIVING, (projection,)).fetchone()
    if row is None:
        raise LookupError(f"There is no read model {projection}.")
    generation, position, revision, shape, is_in_log = row
    problem = None if is_in_log else ASTRAY
    if shape != READ_TABLES[projection].shape:
        problem = _OUTDATED
    parked = parked_streams(cursor, projection, generation)
    return Tracked(projection, generation, position, parked, revision, problem)


def parked_streams(cursor: Rows, projection: str, generation: int) -> dict[UUID, int]:
    """Return the streams that wait in a generation, each with the position it waits at."""
    return dict(cursor.execute(_PARKED, (projection, generation)).fetchall())


def move(cursor: Rows, tracked: Tracked, to: int) -> None:
    """Move a generation from where it is known to be. Raises `LostPlaceError`."""
    one = (tracked.projection, tracked.generation)
    # Where the log was restored, positions are passed over that are no events.
    moved = min(to - tracked.position, _MOST_AT_ONCE)
    cursor.execute(
        _MOVE,
        (to, moved, *one, *one, tracked.position, tracked.revision, _ANNOUNCED),
    )
    if cursor.fetchone() is None:
        raise LostPlaceError(tracked.projection)


def stop(cursor: Rows, tracked: Tracked, problem: str) -> None:
    """Note why a generation cannot go on, if it is still where it was."""
    one = (tracked.projection, tracked.generation, tracked.position)
    cursor.execute(_STOP, (problem, *one))


def park(cursor: Rows, tracked: Tracked, stream_id: UUID, position: int, problem: str) -> None:
    """Let a stream wait from this event on, and since it first did."""
    one = (tracked.projection, tracked.generation)
    cursor.execute(_PARK, (*one, stream_id, position, problem, tracked.projection, stream_id))


def unpark(cursor: Rows, tracked: Tracked, stream_id: UUID) -> None:
    """Let a stream wait no longer."""
    one = (tracked.projection, tracked.generation)
    cursor.execute(_UNPARK, (*one, stream_id, *one))
