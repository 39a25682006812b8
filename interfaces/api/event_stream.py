"""The change feed as server-sent events: from a position on, without an end.

A page is read, sent and forgotten before the next one is: a reader who is slow holds up nobody,
and one who does not read at all is let go by the connection. What was sent has its position as its
id, and so does every sign of life: whoever comes back with the last one misses nothing.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from time import monotonic
from typing import Any, Final

from litestar import Request, Response
from litestar.response import ServerSentEvent, ServerSentEventMessage
from msgspec import Struct

from application.feed import MOST_ITEMS, Included
from application.ports import StorageUnavailableError
from application.query_ports import LostPositionError, OutdatedReadModelError
from domain.client import Client
from domain.errors import WorktrailError
from interfaces.api.authorization import READERS, authorize
from interfaces.api.documents import event_document
from interfaces.api.json_answers import POSITION, encoded
from interfaces.api.reading import Reading, ReadUnavailableError, reading

HEARTBEAT_SECONDS: Final = 10.0
"""After so long a silence a comment shows that the line is alive."""

_RETRY_MILLISECONDS: Final = 1_000
_RETRY_SECONDS: Final = 1.0
_TOKEN_SECONDS: Final = 5.0
"""How long a token that was revoked still opens the stream."""


class Followed(Struct, frozen=True):
    """Whose events are told, and with what beside each."""

    client: Client
    activity_id: int | None
    include: Included | None


class _Told(Struct, frozen=True):
    """A page of the feed, each item as it is sent."""

    items: Sequence[tuple[int, bytes]]
    end: int
    is_full: bool


async def event_stream(
    request: Request[Any, Any, Any], followed: Followed, after: int | None
) -> Response[Any]:
    """Return the stream behind a position, or behind the last event.

    Raises `ReadUnavailableError`, `OutdatedReadModelError`, `LostPositionError`,
    `UnknownPositionError` and `TooManyReadersError`.
    """
    at = reading(request)
    at.ask.wakings.check_room()
    # The first page is read beforehand: until then an error can still be answered as one.
    first = await _page(at, followed, after)
    # Of many who come at once all found room before the first of them was counted.
    at.ask.wakings.check_room()
    begin = first.end if after is None else after
    return ServerSentEvent(
        _messages(request, followed, first, begin),
        headers={POSITION: str(begin), "Cache-Control": "no-store"},
    )


async def _messages(
    request: Request[Any, Any, Any], followed: Followed, page: _Told, begin: int
) -> AsyncGenerator[ServerSentEventMessage]:
    wakings = reading(request).ask.wakings
    spoke = looked = monotonic()
    with wakings.reading():
        yield ServerSentEventMessage(data=None, id=begin, retry=_RETRY_MILLISECONDS)
        while True:
            for position, document in page.items:
                yield ServerSentEventMessage(data=document, id=position)
                spoke = monotonic()
            if monotonic() - spoke >= HEARTBEAT_SECONDS:
                # The position is where the timeline was found to have nothing more of this.
                yield ServerSentEventMessage(data=None, id=page.end, comment="")
                spoke = monotonic()
            if not page.is_full:
                await wakings.wait_beyond(page.end, spoke + HEARTBEAT_SECONDS - monotonic())
            if monotonic() - looked >= _TOKEN_SECONDS:
                if not await _is_still_welcome(request, followed):
                    return
                looked = monotonic()
            try:
                page = await _next_page(reading(request), followed, page.end)
            except LostPositionError:
                # Whoever comes back with the last id is told what happened.
                return


async def _next_page(at: Reading, followed: Followed, after: int) -> _Told:
    try:
        return await _page(at, followed, after)
    except (ReadUnavailableError, OutdatedReadModelError):
        # Whoever follows is not to begin anew for it: the stream goes on when the database does.
        await asyncio.sleep(_RETRY_SECONDS)
        return _Told((), after, is_full=False)


async def _page(at: Reading, of: Followed, after: int | None) -> _Told:
    def told() -> _Told:
        page = at.ask.feed.page(of.client, of.activity_id, after, MOST_ITEMS, of.include)
        items = [(item.position, encoded(event_document(item, of.include))) for item in page.items]
        return _Told(items, page.end, page.is_full)

    return await at.read(told)


async def _is_still_welcome(request: Request[Any, Any, Any], followed: Followed) -> bool:
    try:
        await authorize(request, str(followed.client.id), READERS)
    except (WorktrailError, StorageUnavailableError):
        return False
    return True
