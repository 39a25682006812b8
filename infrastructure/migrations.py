"""The schema, by numbered steps that are applied once each and never changed."""

from importlib.resources import files
from typing import Final

from psycopg import sql

from domain.errors import WorktrailError
from infrastructure.database import Database, Rows
from infrastructure.read_models import prepare

STEPS: Final = (
    "0001_event_log.sql",
    "0002_quarantine_index.sql",
    "0003_key_uses.sql",
    "0004_pepper_check.sql",
    "0005_read_models.sql",
    "0006_passed_activity_ids.sql",
    "0007_process_runs.sql",
    "0008_generation_numbers.sql",
    "0009_vacuuming_of_the_log.sql",
)

# One process migrates at a time, whatever the schema: that of the search path may not exist yet.
_LOCK: Final = "SELECT pg_advisory_xact_lock(7302, 1)"

_VERSIONS: Final = """
    CREATE TABLE IF NOT EXISTS schema_steps (
        number     integer     NOT NULL PRIMARY KEY,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
"""


class NewerSchemaError(WorktrailError):
    """The database was made by a later release."""

    def __init__(self, found: int) -> None:
        super().__init__(
            f"The database has schema {found}, but this release knows only {len(STEPS)}: "
            "start the release that made it, or a later one."
        )
        self.found = found


def migrate(database: Database) -> list[str]:
    """Bring the schema up to this release and return the steps applied.

    Raises `NewerSchemaError` and `StorageUnavailableError`.
    """
    with database.connection() as connection:
        connection.execute(_LOCK)
        if _table(connection, "schema_steps") is None:
            connection.execute(_VERSIONS)
        found = _found(connection)
        for number, step in enumerate(STEPS[found:], start=found + 1):
            connection.execute(_read(step))
            connection.execute("INSERT INTO schema_steps (number) VALUES (%s)", (number,))
        if _table(connection, "projection_pointers"):
            prepare(connection)
    return list(STEPS[found:])


def schema_version(database: Database) -> int:
    """Return how many steps the database has seen, 0 for an empty one."""
    with database.connection() as connection:
        return 0 if _table(connection, "schema_steps") is None else _found(connection)


def _table(connection: Rows, name: str) -> str | None:
    row = connection.execute("SELECT to_regclass(%s)::text", (name,)).fetchone()
    return row[0] if row else None


def _found(connection: Rows) -> int:
    row = connection.execute("SELECT coalesce(max(number), 0) FROM schema_steps").fetchone()
    found = int(row[0]) if row else 0
    if found > len(STEPS):
        raise NewerSchemaError(found)
    return found


def _read(step: str) -> sql.SQL:
    statement = files("infrastructure").joinpath("schema", step).read_text(encoding="utf-8")
    return sql.SQL(statement)
