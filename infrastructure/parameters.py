"""Parameters of statements in PostgreSQL's binary format."""

from collections.abc import Sequence
from datetime import UTC, datetime
from struct import Struct
from typing import Final
from uuid import UUID

from psycopg.postgres import types

EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Where PostgreSQL begins to count microseconds."""

_ARRAY_HEAD: Final = Struct("!iiIii")
_LENGTH: Final = Struct("!i")
_UUID_LENGTH: Final = _LENGTH.pack(16)
_NULL: Final = _LENGTH.pack(-1)
_BIGINT: Final = Struct("!q")
_INTEGER_IN_ARRAY: Final = Struct("!ii")
_BIGINT_IN_ARRAY: Final = Struct("!iq")


def bigint(value: int) -> bytes:
    """Return the parameter."""
    return _BIGINT.pack(value)


def timestamptz(moment: datetime) -> bytes:
    """Return the parameter."""
    return _BIGINT.pack(_microseconds(moment))


def uuids(values: Sequence[UUID | None]) -> bytes:
    """Return the parameter of type `uuid[]`."""
    items = [_NULL if value is None else _UUID_LENGTH + value.bytes for value in values]
    return _array("uuid", items)


def texts(values: Sequence[str]) -> bytes:
    """Return the parameter of type `text[]`."""
    return _array("text", [_item(value.encode()) for value in values])


def byteas(values: Sequence[bytes]) -> bytes:
    """Return the parameter of type `bytea[]`."""
    return _array("bytea", [_item(value) for value in values])


def integers(values: Sequence[int]) -> bytes:
    """Return the parameter of type `integer[]`."""
    return _array("int4", [_INTEGER_IN_ARRAY.pack(4, value) for value in values])


def bigints(values: Sequence[int | None]) -> bytes:
    """Return the parameter of type `bigint[]`."""
    items = [_NULL if value is None else _BIGINT_IN_ARRAY.pack(8, value) for value in values]
    return _array("int8", items)


def timestamptzs(values: Sequence[datetime]) -> bytes:
    """Return the parameter of type `timestamptz[]`."""
    items = [_BIGINT_IN_ARRAY.pack(8, _microseconds(value)) for value in values]
    return _array("timestamptz", items)


def _array(type_: str, items: Sequence[bytes]) -> bytes:
    # One dimension, perhaps with nulls, counted from 1 (array_recv in PostgreSQL's arrayfuncs.c).
    head = _ARRAY_HEAD.pack(1, 1, types[type_].oid, len(items), 1)
    return head + b"".join(items)


def _item(value: bytes) -> bytes:
    return _LENGTH.pack(len(value)) + value


def _microseconds(moment: datetime) -> int:
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
