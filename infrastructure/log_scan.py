"""Reading the whole log stream by stream.

Stream ids are hashes, so ranges of them are even samples of the log. Each is read in one short
query: PostgreSQL finds the range in the index of streams, fetches the rows in the order in which
they lie, and sorts so few of them in memory. No snapshot outlives a range, and of a range no more
is held than one portion, while the server gets the next one ready.
"""

from collections.abc import Generator, Iterator, Sequence
from itertools import pairwise
from typing import Final
from uuid import UUID

from application.read_model_ports import Scanned, Share
from domain.record import Event
from infrastructure import log_epochs, log_rows
from infrastructure.database import Rows
from infrastructure.log_pages import as_items
from infrastructure.mapper import EventMapper
from infrastructure.statements import Cursor
from infrastructure.stored_names import STORED_NAMES

_RANGE: Final = 10_000
"""Events in a range, more or less."""

_PORTION: Final = 200
"""Events. So many, and what is made of them, stay in a processor's own cache; 500 do not."""

_MOST_BYTES: Final = 16_000_000
"""Of a portion, as far as the log's events are of one size."""

_SCAN: Final = f"""
    DECLARE scan NO SCROLL CURSOR FOR
    SELECT {log_rows.COLUMNS} FROM event_log
    WHERE stream_id >= %b AND stream_id <= %b AND position <= %b AND name <> ALL(%b)
    ORDER BY stream_id, version
"""  # noqa: S608 - constants only

# Amid a pipeline a session is never idle, whatever becomes of whoever opened it: without a bound a
# process that was stopped would keep the log from being cleaned up. Before 17 there is none.
_BOUNDED: Final = """
    SELECT set_config(name, '10min', true) FROM pg_settings WHERE name = 'transaction_timeout'
"""

_EXTENT: Final = """
    SELECT pg_total_relation_size('event_log'), coalesce(max(position), 0) FROM event_log
"""


def scan(
    connection: Rows,
    mapper: EventMapper,
    upto: int,
    kinds: Sequence[type[Event]],
    share: Share = Share(),  # noqa: B008 - it is frozen
) -> Generator[Scanned]:
    """Return every event of these kinds up to a position, stream by stream, in order.

    An event whose stored name nobody knows may be of any kind, so it is among them.
    """
    unwanted = [name for kind, name in STORED_NAMES.items() if kind not in kinds]
    portion, ranges = _sizes(connection.cursor(), upto)
    last: UUID | None = None
    for lowest, highest in _ranges(ranges, share):
        with connection.transaction(), connection.pipeline():
            connection.cursor().execute(_BOUNDED)
            connection.cursor().execute(_SCAN, (lowest, highest, upto, unwanted))
            asked = _asked(connection, portion)
            while items := as_items(asked.fetchall(), mapper):
                asked = _asked(connection, portion)
                yield Scanned(items, goes_on=items[0].originator_id == last)
                last = items[-1].originator_id
            connection.cursor().execute("CLOSE scan")


def _asked(connection: Rows, portion: int) -> Cursor:
    """Have the server get the next portion ready, and return what has it by and by."""
    cursor = connection.cursor(binary=True)
    cursor.execute(f"FETCH FORWARD {portion} FROM scan".encode())
    return cursor


def _sizes(cursor: Cursor, upto: int) -> tuple[int, int]:
    """Return how many events make a portion, and how many ranges there are."""
    row = cursor.execute(_EXTENT).fetchone()
    size, end = row or (0, 0)
    average = size // max(1, log_epochs.count(cursor, end))
    portion = max(1, min(_PORTION, _MOST_BYTES // max(1, average)))
    return portion, 1 + log_epochs.count(cursor, upto) // _RANGE


def _ranges(number: int, share: Share) -> Iterator[tuple[UUID, UUID]]:
    number = -(-number // share.shares) * share.shares
    first = number // share.shares * share.number
    last = first + number // share.shares
    bounds = [(index << 128) // number for index in range(first, last + 1)]
    for low, high in pairwise(bounds):
        yield UUID(int=low), UUID(int=high - 1)
