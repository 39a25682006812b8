"""The heads of the activities: each one's decision state as one small row."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias
from uuid import UUID

import msgspec
from psycopg import Cursor

from domain.activity import Activity

Rows: TypeAlias = Cursor[tuple[Any, ...]]

SHAPE: Final = 1
"""Counts up whenever `Activity` changes: heads of another shape are folded anew."""

_READ: Final = """
    SELECT stream.id, head.shape, head.state,
           (SELECT version FROM event_log WHERE stream_id = stream.id
            ORDER BY version DESC LIMIT 1)
    FROM unnest(%b::uuid[]) AS stream (id)
    LEFT JOIN activity_heads AS head ON head.stream_id = stream.id
"""

_SAVE: Final = """
    INSERT INTO activity_heads (stream_id, shape, state)
    SELECT row.stream_id, %b, row.state
    FROM unnest(%b::uuid[], %b::bytea[]) AS row (stream_id, state)
    ON CONFLICT (stream_id) DO UPDATE SET shape = excluded.shape, state = excluded.state
"""

_decoder = msgspec.msgpack.Decoder(Activity)
_encoder = msgspec.msgpack.Encoder()


def read(cursor: Rows, streams: Sequence[UUID]) -> tuple[dict[UUID, Activity], list[UUID]]:
    """Return the trustworthy heads, and the streams that have to be folded.

    A stream without an event has the empty head. A head that is missing, of another shape,
    undecodable or not at its stream's version is not trusted.
    """
    trusted: dict[UUID, Activity] = {}
    doubtful: list[UUID] = []
    for stream_id, shape, state, version in cursor.execute(_READ, (list(streams),)):
        head = Activity() if version is None else _head(shape, state)
        if head is not None and head.version == (version or 0):
            trusted[stream_id] = head
        else:
            doubtful.append(stream_id)
    return trusted, doubtful


def save(cursor: Rows, heads: Mapping[UUID, Activity]) -> None:
    """Put the heads in the place of the ones before them."""
    states = [_encoder.encode(head) for head in heads.values()]
    cursor.execute(_SAVE, (SHAPE, list(heads), states))


def _head(shape: int | None, state: bytes | None) -> Activity | None:
    if shape != SHAPE or state is None:
        return None
    try:
        return _decoder.decode(state)
    except msgspec.MsgspecError:
        return None
