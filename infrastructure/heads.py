"""The heads of the activities: each one's decision state as one small row."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from uuid import UUID
from zlib import crc32

import msgspec

from domain.activity import Activity
from infrastructure.columns import read_integer
from infrastructure.parameters import byteas, uuids
from infrastructure.statements import Cursor, Statement

SHAPE: Final = 3
"""Counts up whenever `Activity` or its encoding changes: other heads are folded anew."""

_SHAPE: Final = SHAPE.to_bytes(2)

# By subqueries with a limit, the planner goes by index whatever it knew of the table when it
# planned: a plan that was made while the table was empty would read all of it for ever.
FIND: Final = """
    SELECT stream.place, head.shape, head.state,
           (SELECT version FROM event_log WHERE stream_id = stream.id
            ORDER BY version DESC LIMIT 1) AS version
    FROM unnest($1) WITH ORDINALITY AS stream (id, place)
    LEFT JOIN LATERAL (SELECT shape, state FROM activity_heads
                       WHERE stream_id = stream.id LIMIT 1) AS head ON true
"""
"""The heads of streams: the stream's place among them, its head's shape and state, its version."""

_FIND: Final = Statement("heads_find", FIND, "uuid[]")


def upsert(first: int) -> str:
    """Return the statement that puts heads in place, with parameters from this number on."""
    return f"""
        INSERT INTO activity_heads (stream_id, shape, state)
        SELECT row.stream_id, ${first}, row.state
        FROM unnest(${first + 1}, ${first + 2}) AS row (stream_id, state)
        ON CONFLICT (stream_id) DO UPDATE SET shape = excluded.shape, state = excluded.state
    """  # noqa: S608 - constants only


UPSERT_TYPES: Final = ("smallint", "uuid[]", "bytea[]")

_SAVE: Final = Statement("heads_save", upsert(1), *UPSERT_TYPES)

_decoder = msgspec.msgpack.Decoder(Activity)
_encoder = msgspec.msgpack.Encoder()
_CHECKSUM_BYTES: Final = 4


def read(cursor: Cursor, streams: Sequence[UUID]) -> tuple[dict[UUID, Activity], list[UUID]]:
    """Return the trustworthy heads, and the streams that have to be folded."""
    return trusted(streams, _FIND.rows(cursor, uuids(streams)))


def trusted(
    streams: Sequence[UUID], found: Iterable[Sequence[bytes | None]]
) -> tuple[dict[UUID, Activity], list[UUID]]:
    """Return the trustworthy heads among those found, and the streams that have to be folded.

    A stream without an event has the empty head. A head that is missing, of another shape, not as
    it was written, another stream's, or not at its stream's version is not trusted.
    """
    trusted: dict[UUID, Activity] = {}
    doubtful: list[UUID] = []
    for place, shape, state, version in found:
        stream_id = streams[read_integer(place) - 1]
        head = Activity() if version is None else _head(stream_id, shape, state)
        if head is not None and head.version == (read_integer(version) if version else 0):
            trusted[stream_id] = head
        else:
            doubtful.append(stream_id)
    return trusted, doubtful


def save(cursor: Cursor, heads: Mapping[UUID, Activity]) -> None:
    """Put the heads in the place of the ones before them."""
    _SAVE.execute(cursor, *upsert_parameters(heads))


def upsert_parameters(heads: Mapping[UUID, Activity]) -> tuple[bytes, ...]:
    """Return what `upsert` takes to put these heads in place."""
    states = [encoded(stream_id, head) for stream_id, head in heads.items()]
    return _SHAPE, uuids(list(heads)), byteas(states)


def encoded(stream_id: UUID, head: Activity) -> bytes:
    """Return the head as its row has it, with a checksum of it and its stream's id behind it."""
    state = _encoder.encode(head)
    return state + _checksum(stream_id, state)


def _checksum(stream_id: UUID, state: bytes) -> bytes:
    return crc32(state, crc32(stream_id.bytes)).to_bytes(_CHECKSUM_BYTES)


def _head(stream_id: UUID, shape: bytes | None, row: bytes | None) -> Activity | None:
    if shape != _SHAPE or row is None:
        return None
    state = row[:-_CHECKSUM_BYTES]
    if row[-_CHECKSUM_BYTES:] != _checksum(stream_id, state):
        return None
    try:
        return _decoder.decode(state)
    except msgspec.MsgspecError:
        return None
