"""Only one process at a time rebuilds or verifies what bears one name."""

from typing import Final

import psycopg

from application.read_model_ports import RebuildRunningError
from infrastructure.statements import Cursor

# Read models are told apart by their hashes, and two logs in one database by the table's number.
_ALONE: Final = "SELECT pg_advisory_lock(hashtextextended(%b, 'event_log'::regclass::oid::bigint))"


def be_alone(cursor: Cursor, name: str) -> None:
    """Be, to the session's end, the only one that rebuilds what bears this name.

    One that was killed is waited for until the server has noticed, as long as for any lock.
    Raises `RebuildRunningError`.
    """
    try:
        cursor.execute(_ALONE, (name,))
    except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
        raise RebuildRunningError(name) from error
