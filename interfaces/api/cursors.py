"""Cursors: where a page of a search ended, as a text that means nothing to its bearer.

Nothing in it is secret, and nothing is trusted: a forged one only begins at another place.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Final, Literal

import msgspec
from msgspec import Struct

from application.query_ports import FoundPage, Search, SearchKey, SearchOrder
from domain.errors import WorktrailError

LONGEST_CURSOR: Final = 200


class BadCursorError(WorktrailError):
    """The cursor is none of this search's."""

    def __init__(self) -> None:
        super().__init__("The cursor is none that a page of this very search has named as Next.")


class Cursor(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The key of the last row told, and how far the read model was at the first page."""

    form: Literal[1]
    order: SearchOrder
    at: datetime | None
    work_order_id: int
    position: int

    @property
    def key(self) -> SearchKey:
        """Behind which row the next page begins."""
        return self.at, self.work_order_id


_decoder: Final = msgspec.msgpack.Decoder(Cursor)


def read_cursor(text: str | None, search: Search) -> Cursor | None:
    """Read a cursor of a search. Raises `BadCursorError`."""
    if text is None:
        return None
    try:
        packed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        cursor = _decoder.decode(packed)
    except (ValueError, RecursionError) as error:
        raise BadCursorError from error
    in_order = cursor.order == search.order and (cursor.at is None) == (cursor.order == _UNTIMED)
    if not in_order or not _is_key(cursor) or written(cursor) != text:
        raise BadCursorError
    return cursor


def next_cursor(page: FoundPage, search: Search, position: int) -> str | None:
    """Return the cursor of the page behind this one, if there is any."""
    if page.is_last:
        return None
    last = page.rows[-1]
    at = {"work-order": None, "scheduled": last.scheduled_at}.get(search.order, last.recorded_at)
    return written(Cursor(1, search.order, at, last.work_order_id, position))


def written(cursor: Cursor) -> str:
    """Write a cursor as text."""
    return urlsafe_b64encode(msgspec.msgpack.encode(cursor)).rstrip(b"=").decode("ascii")


_UNTIMED: Final = "work-order"


def _is_key(cursor: Cursor) -> bool:
    is_aware = cursor.at is None or cursor.at.tzinfo is not None
    return is_aware and 0 <= cursor.work_order_id < 2**63 and 0 <= cursor.position < 2**63
