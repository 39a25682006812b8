"""How the read models are doing, as the database tells it."""

from typing import Final

from application.status_ports import ParkedStream, ProjectionStatus
from infrastructure.database import Database
from infrastructure.log_epochs import LOST
from infrastructure.read_models import READ_TABLES
from infrastructure.stored_names import TOLD_NAMES
from infrastructure.tracking import ASTRAY, IS_IN_LOG

# The lag in seconds is the age of the first event that is not taken yet. Rates fade with time.
_STATUSES: Final = f"""
    SELECT tracked.projection, tracked.position, log.last - tracked.position - coalesce(
               (SELECT sum(lost) FROM ({LOST}) AS epoch
                WHERE first_position > tracked.position), 0)::bigint,
           coalesce((SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8
                     FROM event_log WHERE event_log.position > tracked.position
                     ORDER BY event_log.position LIMIT 1), 0),
           rate * exp(-extract(epoch FROM clock_timestamp() - moved_at)::float8 / 10),
           (SELECT count(*) FROM parked_streams AS parked
            WHERE parked.projection = tracked.projection
              AND parked.generation = tracked.generation),
           CASE WHEN {IS_IN_LOG} THEN tracked.error ELSE '{ASTRAY}' END, tracked.shape,
           leader.is_there
    FROM projection_pointers
    JOIN projection_generations AS tracked USING (projection, generation),
         (SELECT coalesce(max(position), 0) AS last FROM event_log) AS log,
         (SELECT EXISTS (
              SELECT FROM pg_locks
              WHERE locktype = 'advisory' AND granted AND classid = 7303
                AND objid = 'event_log'::regclass::oid
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          ) AS is_there) AS leader
    ORDER BY tracked.projection
"""  # noqa: S608 - constants only

_PARKED: Final = """
    SELECT projection, stream_id, position, problem, since, name
    FROM parked_streams JOIN projection_pointers USING (projection, generation)
    LEFT JOIN event_log USING (stream_id, position)
    ORDER BY projection, position
"""


class PostgresProjectionStatuses:
    """Reads tracking rows, the log's end and who leads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def statuses(self) -> list[ProjectionStatus]:
        """Return all of them, by name. Raises `StorageUnavailableError`."""
        with self._database.connection() as connection:
            rows = connection.execute(_STATUSES).fetchall()
        return [
            ProjectionStatus(
                name=name,
                position=position,
                lag_events=max(0, lag),
                lag_seconds=max(0.0, seconds),
                rate=rate,
                parked=parked,
                error=error,
                is_outdated=name in READ_TABLES and shape != READ_TABLES[name].shape,
                is_led=is_led,
            )
            for name, position, lag, seconds, rate, parked, error, shape, is_led in rows
        ]

    def parked(self) -> list[ParkedStream]:
        """Return every stream that waits in a living generation."""
        with self._database.connection() as connection:
            rows = connection.execute(_PARKED).fetchall()
        return [
            ParkedStream(name, stream_id, position, problem, since, TOLD_NAMES.get(event, event))
            for name, stream_id, position, problem, since, event in rows
        ]
