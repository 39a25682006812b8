"""What an operator should know of the database before it is trusted."""

from typing import Final, TypeAlias

from application.ports import StorageUnavailableError
from infrastructure.database import Database
from infrastructure.migrations import STEPS, NewerSchemaError, schema_version

OLDEST_SERVER: Final = 15

_DURABLE: Final = ("fsync", "full_page_writes", "synchronous_commit")


Looked: TypeAlias = list[tuple[str, str, str | None]]
"""For each thing looked at, its name, what was found, and what is wrong with it."""


def diagnose(database: Database) -> Looked:
    """Return what keeps webhooks from being committed, or could make them less safe."""
    try:
        return [*_server(database), _schema(database)]
    except StorageUnavailableError as error:
        return [("database", "away", str(error))]


def first_problem(database: Database) -> str | None:
    """Return the first thing that is wrong."""
    return next((problem for *_, problem in diagnose(database) if problem), None)


def _server(database: Database) -> Looked:
    with database.connection() as connection:
        number = connection.info.server_version // 10_000
        values = {
            name: str(row[0])
            for name in _DURABLE
            if (row := connection.execute("SELECT current_setting(%s)", (name,)).fetchone())
        }
    old = f"PostgreSQL {OLDEST_SERVER} or later is due." if number < OLDEST_SERVER else None
    return [
        ("server", f"PostgreSQL {number}", old),
        *(
            (name, value, "A 2xx is no promise with this off." if value == "off" else None)
            for name, value in values.items()
        ),
    ]


def _schema(database: Database) -> tuple[str, str, str | None]:
    try:
        version = schema_version(database)
    except NewerSchemaError as error:
        return "schema", str(error.found), str(error)
    missing = "Run: worktrail migrate" if version < len(STEPS) else None
    return "schema", f"{version} of {len(STEPS)}", missing
