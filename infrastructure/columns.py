"""Columns of the server's answers, as PostgreSQL's binary format has them."""

from datetime import datetime, timedelta
from uuid import UUID

from infrastructure.parameters import EPOCH


def read_integer(value: bytes | None) -> int:
    """Return the integer of a column of any width. Raises `ValueError` for null."""
    return int.from_bytes(_present(value), signed=True)


def read_uuid(value: bytes | None) -> UUID:
    """Return the UUID that a column holds. Raises `ValueError` for null."""
    return UUID(bytes=_present(value))


def read_timestamptz(value: bytes | None) -> datetime:
    """Return the moment that a column holds. Raises `ValueError` for null."""
    return EPOCH + timedelta(microseconds=read_integer(value))


def _present(value: bytes | None) -> bytes:
    if value is None:
        raise ValueError("the column is null")
    return value
