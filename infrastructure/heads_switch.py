"""The table of new heads, and how it takes the place of the one that the journal reads.

The journal reads heads by the name of their table and always under the log's lock, so here, and
only here, the new table is renamed under that lock: for as long as the last few events take.
"""

from collections.abc import Callable, Collection
from typing import Final
from uuid import UUID

import psycopg

from domain.errors import WorktrailError
from infrastructure import log_rows
from infrastructure.statements import Cursor

_MAKE: Final = """
    DROP TABLE IF EXISTS activity_heads_rebuilt;
    CREATE TABLE activity_heads_rebuilt (LIKE activity_heads INCLUDING ALL) WITH (fillfactor = 70)
"""

# A journal that has its head goes on with a stream even where an event of it cannot be read.
_KEEP: Final = """
    INSERT INTO activity_heads_rebuilt (stream_id, shape, state)
    SELECT stream_id, shape, state FROM activity_heads WHERE stream_id = ANY(%b)
    ON CONFLICT (stream_id) DO UPDATE SET shape = excluded.shape, state = excluded.state
"""

_TAKE_PLACE: Final = """
    DROP TABLE activity_heads;
    ALTER TABLE activity_heads_rebuilt RENAME TO activity_heads;
    ALTER INDEX activity_heads_rebuilt_pkey RENAME TO activity_heads_pkey
"""

# Others read heads only to look or to back them up, or to vacuum them. Whoever waits for those
# keeps the log's lock meanwhile, so one does not, but for the last time, which ends a vacuum.
_BE_QUICK: Final = "SET LOCAL lock_timeout = '100ms'"
_LOCK: Final = "LOCK TABLE activity_heads IN ACCESS EXCLUSIVE MODE"


class HeadsInUseError(WorktrailError):
    """The new heads cannot take the place of those that others read."""

    def __init__(self) -> None:
        super().__init__(
            "The heads are read by somebody else for long, such as a backup, so they were left as"
            " they are: give the command again when that is done."
        )


def make(cursor: Cursor) -> None:
    """Make the table, empty, in the place of what an earlier rebuild left behind."""
    cursor.connection.execute(_MAKE)


def take_place(
    cursor: Cursor,
    catch_up: Callable[[int], int],
    position: int,
    unfoldable: Collection[UUID],
    *,
    at_any_rate: bool,
) -> int | None:
    """Let the new heads be those from the log's end on; return that, `None` where others read them.

    `catch_up` brings them from one position to another, in the end to the one it was given, and
    may add to what is `unfoldable`: those streams keep the heads that they have.
    """
    try:
        with cursor.connection.transaction():
            log_rows.lock(cursor)
            if not at_any_rate:
                cursor.execute(_BE_QUICK)
            cursor.execute(_LOCK)
            while (after := catch_up(position)) != position:
                position = after
            cursor.execute("SET LOCAL synchronous_commit = on")
            cursor.execute(_KEEP, (list(unfoldable),))
            cursor.connection.execute(_TAKE_PLACE)
    except psycopg.errors.LockNotAvailable:
        return None
    return position
