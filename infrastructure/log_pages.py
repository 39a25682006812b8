"""Reading the log for those that fold it: every row as an event, or as one that cannot be read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from application.ports import UnreadableEventError
from application.read_model_ports import LogItem, Opening, Page, UnreadableEvent
from application.stream_ports import StreamPart
from infrastructure import log_rows
from infrastructure.mapper import EventMapper
from infrastructure.statements import Cursor
from infrastructure.stored_names import STORED_NAMES

_MOST_BYTES: Final = 16_000_000
"""Of the states read at a time, unless the first alone is larger."""

_STREAMS: Final = 50
"""Whose beginnings are read at a time."""

_MOST_BYTES_APART: Final = 4_000_000
"""Of the states that lie apart, for those who ask for few of them."""


def _first(rows: str, most_bytes: int, order: str = "position") -> str:
    """Return the statement that reads of these rows the first ones, in their order."""
    return f"""
        SELECT {log_rows.COLUMNS}
        FROM (SELECT *, sum(octet_length(state)) OVER (ORDER BY {order}) AS bytes
              FROM ({rows}) AS rows) AS page
        WHERE bytes <= {most_bytes} OR bytes = octet_length(state)
        ORDER BY {order}
    """  # noqa: S608 - constants only


_PAGE: Final = _first(
    "SELECT * FROM event_log WHERE position > %b ORDER BY position LIMIT %b", _MOST_BYTES
)

_AT_POSITIONS: Final = _first(
    "SELECT * FROM event_log WHERE position = ANY(%b::bigint[])", _MOST_BYTES_APART
)

_OF_STREAMS: Final = _first(
    "SELECT * FROM unnest(%b::uuid[], %b::integer[], %b::integer[]) WITH ORDINALITY"
    " AS wanted (id, after, upto, number)"
    " JOIN event_log ON stream_id = id AND version > after AND version <= upto",
    _MOST_BYTES_APART,
    "number, version",
)

_BEGINNINGS: Final = f"""
    SELECT {log_rows.COLUMNS}
    FROM unnest(%b::uuid[], %b::integer[]) AS wanted (id, below)
    JOIN event_log ON stream_id = id AND version < below
    ORDER BY stream_id, version
"""  # noqa: S608 - constants only

_OPENED_ON: Final = """
    SELECT link.from_position, link.work_order_id
    FROM unnest(%b::uuid[], %b::integer[], %b::bigint[])
         AS opening (client_id, activity_id, from_position)
    JOIN activity_links AS link USING (client_id, activity_id, from_position)
"""

_KINDS: Final = {name: event_class for event_class, name in STORED_NAMES.items()}


def page(cursor: Cursor, mapper: EventMapper, after: int, limit: int) -> Page:
    """Return what stands behind a position without a hole, in order."""
    items = as_items(cursor.execute(_PAGE, (after, limit)), mapper)
    for number, (before, item) in enumerate(pairwise(items), start=1):
        if not item.comes_next(before.position):
            items = items[:number]
            break
    return Page(items, items[-1].position if items else after)


def at_positions(cursor: Cursor, mapper: EventMapper, positions: Sequence[int]) -> list[LogItem]:
    """Return what stands at the first of these positions, in order, as far as there is room."""
    return as_items(cursor.execute(_AT_POSITIONS, (list(positions),)), mapper)


def of_streams(cursor: Cursor, mapper: EventMapper, parts: Sequence[StreamPart]) -> list[LogItem]:
    """Return the first events of parts of streams, part by part, as far as there is room."""
    columns = (
        [part.stream_id for part in parts],
        [part.after for part in parts],
        [part.upto for part in parts],
    )
    return as_items(cursor.execute(_OF_STREAMS, columns), mapper)


def beginnings(
    cursor: Cursor, mapper: EventMapper, streams: Mapping[UUID, int]
) -> Iterator[LogItem]:
    """Return the events of each stream below its version, in order, stream by stream."""
    ids = list(streams)
    for start in range(0, len(ids), _STREAMS):
        some = ids[start : start + _STREAMS]
        rows = cursor.execute(_BEGINNINGS, (some, [streams[stream_id] for stream_id in some]))
        yield from as_items(rows, mapper)


def opened_on(cursor: Cursor, openings: Sequence[Opening]) -> dict[int, int]:
    """Return the work order of each opening, by the opening's position."""
    rows = cursor.execute(
        _OPENED_ON,
        (
            [opening.client_id for opening in openings],
            [opening.activity_id for opening in openings],
            [opening.position for opening in openings],
        ),
    )
    return dict(rows.fetchall())


def as_items(fetched: Iterable[tuple[Any, ...]], mapper: EventMapper) -> list[LogItem]:
    """Return the event of each row, or what is known of one that cannot be decoded."""
    items: list[LogItem] = []
    for columns in fetched:
        try:
            items.append(mapper.recorded(*columns))
        except UnreadableEventError as error:
            _, version, name, *_ = columns
            items.append(
                UnreadableEvent(
                    error.position, error.stream_id, version, _KINDS.get(name), error.problem
                )
            )
    return items
