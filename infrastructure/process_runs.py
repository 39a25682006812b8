"""When each process served."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from application.outage_ports import RunsOnRecord
from domain.runs import Run
from infrastructure.database import Database

# A sign of life that a falling server loses is one of many; nobody's commit shall wait for it.
_UNHURRIED: Final = "SET LOCAL synchronous_commit = off"

_SAVE: Final = """
    INSERT INTO process_runs (run_id, started_at, alive_at, stopped)
    SELECT * FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[], %s::boolean[])
    ON CONFLICT (run_id) DO UPDATE SET alive_at = excluded.alive_at, stopped = excluded.stopped
"""

_SINCE: Final = """
    SELECT run_id, started_at, alive_at, stopped FROM process_runs
    WHERE alive_at >= least(%s, (SELECT max(alive_at) FROM process_runs WHERE alive_at < %s))
    ORDER BY started_at
"""

_FIRST: Final = "SELECT min(started_at) FROM process_runs"


class PostgresProcessRuns:
    """The table of runs, to which every serving process writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, runs: Sequence[Run]) -> None:
        """Keep runs as they are known now. Raises `StorageUnavailableError`."""
        columns = (
            [run.run_id for run in runs],
            [run.started_at for run in runs],
            [run.alive_at for run in runs],
            [run.stopped for run in runs],
        )
        with self._database.connection() as connection:
            connection.execute(_UNHURRIED)
            connection.execute(_SAVE, columns)

    def since(self, moment: datetime) -> RunsOnRecord:
        """Return the runs that went on after this time, and the last one before it."""
        with self._database.connection() as connection:
            rows = connection.execute(_SINCE, (moment, moment)).fetchall()
            first = connection.execute(_FIRST).fetchone()
        return RunsOnRecord([Run(*row) for row in rows], None if first is None else first[0])
