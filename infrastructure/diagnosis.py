"""What an operator should know of the database before it is trusted."""

from typing import Final, TypeAlias

from application.ports import StorageUnavailableError
from infrastructure.database import Database
from infrastructure.epoch_store import PostgresEpochs
from infrastructure.mapper import EventMapper
from infrastructure.migrations import STEPS, NewerSchemaError, schema_version
from infrastructure.projection_statuses import PostgresProjectionStatuses

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


def examine(database: Database, mapper: EventMapper) -> Looked:
    """Return the same, and where that is well, what became of the log and its read models."""
    looked = diagnose(database)
    if any(problem for *_, problem in looked):
        return looked
    return [*looked, _epoch(PostgresEpochs(database, mapper)), *_stopped(database)]


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


def _epoch(epochs: PostgresEpochs) -> tuple[str, str, str | None]:
    restores = epochs.all()
    if not restores:
        return "epoch", "1, the log was never restored", None
    last = restores[-1]
    event = last.restored
    return (
        "epoch",
        f"{event.epoch}, from position {event.first_position} on; the backup ended at "
        f"{event.restored_end}, and was put back {last.restored_at:%Y-%m-%d %H:%M:%S}Z",
        None,
    )


def _stopped(database: Database) -> Looked:
    """Return the read models that cannot follow."""
    statuses = PostgresProjectionStatuses(database).statuses()
    return [
        (status.name, f"at position {status.position}", status.error)
        for status in statuses
        if status.error
    ]
