"""Cursors: where a page of a search ended, as a text that means nothing to its bearer.

Nothing in it is secret, and nothing is trusted: a forged one only begins at another place.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from hashlib import blake2b
from typing import Final, Literal
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from application.query_ports import FoundPage, Search, SearchKey
from domain.errors import WorktrailError

LONGEST_CURSOR: Final = 200

_DIGEST_BYTES: Final = 12


class BadCursorError(WorktrailError):
    """The cursor is none of this search's."""

    def __init__(self) -> None:
        super().__init__(
            "The cursor is not of this search: ask with the filters of the page that named it as "
            "Next, or begin again without a cursor."
        )


class Cursor(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """The key of the last row told, and how far the read model was at the first page.

    `question` is a digest of what is searched for.
    """

    form: Literal[2]
    question: bytes
    at: datetime | None
    work_order_id: int
    position: int

    @property
    def key(self) -> SearchKey:
        """Behind which row the next page begins."""
        return self.at, self.work_order_id


_decoder: Final = msgspec.msgpack.Decoder(Cursor)


def read_cursor(text: str | None, client_id: UUID, search: Search) -> Cursor | None:
    """Read a cursor of a search of a client's. Raises `BadCursorError`."""
    if text is None:
        return None
    cursor = unwritten(text)
    is_timed = search.order != _UNTIMED
    if cursor.question != question(client_id, search) or (cursor.at is not None) != is_timed:
        raise BadCursorError
    return cursor


def next_cursor(page: FoundPage, client_id: UUID, search: Search, position: int) -> str | None:
    """Return the cursor of the page behind this one, if there is any."""
    if page.is_last:
        return None
    last = page.rows[-1]
    at = {_UNTIMED: None, "scheduled": last.scheduled_at}.get(search.order, last.recorded_at)
    return written(Cursor(2, question(client_id, search), at, last.work_order_id, position))


def question(client_id: UUID, search: Search) -> bytes:
    """Return a digest of what is searched for, in which order, whenever that is.

    What is not asked is not in it, so that cursors outlive a release that has one filter more.
    """
    asked = {name: value for name, value in asdict(search).items() if value is not None}
    del asked["at"]
    told = msgspec.msgpack.encode((client_id, search.order, sorted(asked.items())))
    return blake2b(told, digest_size=_DIGEST_BYTES).digest()


def written(cursor: Cursor) -> str:
    """Write a cursor as text."""
    return urlsafe_b64encode(msgspec.msgpack.encode(cursor)).rstrip(b"=").decode("ascii")


def unwritten(text: str) -> Cursor:
    """Return the cursor that was written as this text. Raises `BadCursorError`."""
    try:
        cursor = _decoder.decode(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadCursorError from error
    if not _is_key(cursor) or written(cursor) != text:
        raise BadCursorError
    return cursor


_UNTIMED: Final = "work-order"


def _is_key(cursor: Cursor) -> bool:
    is_aware = cursor.at is None or cursor.at.tzinfo is not None
    return is_aware and 0 <= cursor.work_order_id < 2**63 and 0 <= cursor.position < 2**63
