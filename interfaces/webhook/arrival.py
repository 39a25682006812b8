"""A webhook that has arrived, as the front of the application recognises it."""

import re
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final, cast
from uuid import UUID

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send
from msgspec import Struct

from domain.errors import WorktrailError
from interfaces.webhook.keys import PresentedKeys, take_keys

ARRIVAL: Final = "worktrail_arrival"
"""Under this name the scope carries the arrival."""

DEADLINE_SECONDS: Final = 4.0
"""The sender waits five seconds; this leaves one for the network."""

_PATH = re.compile(r"/v1/clients/([^/]*)/servicechannelworkorders/?", re.IGNORECASE | re.ASCII)
_SLASHES = re.compile(r"/{2,}")


class Arrival(Struct, frozen=True):
    """Who calls, with which keys or why without, and until when an answer is of use.

    `client` is the path's segment as it came, `source` the address that the connection came from
    (as a proxy on this machine tells it, where there is one), `deadline` is in the time of the
    monotonic clock.
    """

    client: str
    source: str
    method: str
    keys: PresentedKeys | WorktrailError
    delivery_id: UUID
    arrived_at: datetime
    deadline: float


class ArrivalMiddleware:
    """Recognises the contract's path in any letter case and takes both keys out of every query."""

    def __init__(
        self, inner: ASGIApp, new_id: Callable[[], UUID], now: Callable[[], datetime]
    ) -> None:
        self._inner = inner
        self._new_id = new_id
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, without its keys."""
        if scope["type"] == ScopeType.HTTP:
            scope = self._recognised(scope)
        await self._inner(scope, receive, send)

    def _recognised(self, scope: HTTPScope) -> HTTPScope:
        keys, rest = take_keys(scope["query_string"])
        scope["query_string"] = rest
        # A slash too many is a slip of whoever set the address up, and Litestar routes it all the
        # same.
        path = scope["path"]
        match = _PATH.fullmatch(path) or _PATH.fullmatch(_SLASHES.sub("/", path))
        if match is None:
            return scope
        arrival = Arrival(
            client=match[1],
            source=scope["client"][0] if scope["client"] else "",
            method=scope["method"],
            keys=keys,
            delivery_id=self._new_id(),
            arrived_at=self._now(),
            deadline=monotonic() + DEADLINE_SECONDS,
        )
        if scope["method"] != "POST":
            # The one handler refuses all others in the contract's words; the server's own scope
            # keeps the method, since an answer to HEAD has no body.
            scope = cast("HTTPScope", {**scope, "method": "POST"})
        scope["path"] = f"/v1/Clients/{match[1] or '-'}/ServiceChannelWorkOrders"
        cast("dict[str, object]", scope)[ARRIVAL] = arrival
        return scope
