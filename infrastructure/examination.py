"""What became of the log and of its read models, beside what the database is."""

from infrastructure.database import Database
from infrastructure.diagnosis import Looked, diagnose
from infrastructure.epoch_store import PostgresEpochs
from infrastructure.mapper import EventMapper
from infrastructure.projection_statuses import PostgresProjectionStatuses


def examine(database: Database, mapper: EventMapper) -> Looked:
    """Return what a diagnosis does, and where that is well, the epoch and what cannot follow."""
    looked = diagnose(database)
    if any(problem for *_, problem in looked):
        return looked
    return [*looked, _epoch(PostgresEpochs(database, mapper)), *_stopped(database)]


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
