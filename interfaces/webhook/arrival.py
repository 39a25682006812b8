"""A webhook that has arrived, as the front of the application recognises it."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import lru_cache
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

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass the request on, without its keys."""
        if scope["type"] == ScopeType.HTTP:
            scope = self._recognised(scope)
        return self._inner(scope, receive, send)

    def _recognised(self, scope: HTTPScope) -> HTTPScope:
        keys, rest = take_keys(scope["query_string"])
        scope["query_string"] = rest
        path = scope["path"]
        client = (_known_client if len(path) <= _LONGEST_KNOWN else _client)(path)
        if client is None:
            return scope
        arrival = Arrival(
            client=client,
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
        scope["path"] = f"/v1/Clients/{client or '-'}/ServiceChannelWorkOrders"
        scope[ARRIVAL] = arrival  # type: ignore[typeddict-unknown-key]
        return scope


def _client(path: str) -> str | None:
    # A slash too many is a slip of whoever set the address up, and Litestar routes it all the same.
    match = _PATH.fullmatch(path) or _PATH.fullmatch(_SLASHES.sub("/", path))
    return match[1] if match else None


# As with the keys: a sender calls one address again and again.
_known_client = lru_cache(maxsize=1_024)(_client)
_LONGEST_KNOWN = 512
