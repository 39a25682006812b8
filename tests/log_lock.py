"""Who waits for the log's write lock, and who holds it."""

from typing import Final

from infrastructure.database import Database

_OF_THIS_LOG: Final = "locktype = 'advisory' AND objid = 'event_log'::regclass::oid"
_WAITING: Final = f"SELECT count(*) FROM pg_locks WHERE NOT granted AND {_OF_THIS_LOG}"
_END_HOLDER: Final = (
    f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE granted AND {_OF_THIS_LOG}"
)


def waiting_writers(database: Database) -> int:
    """Return how many sessions wait for the lock."""
    with database.connection() as connection:
        row = connection.execute(_WAITING.encode()).fetchone()
    return int(row[0]) if row else 0


def end_holding_session(database: Database) -> None:
    """End the session that holds the lock, as an administrator or a crash would."""
    with database.connection() as connection:
        assert connection.execute(_END_HOLDER.encode()).fetchone() == (True,)
