"""What a proxy says of whoever sent a request that it passes on."""

from collections.abc import Awaitable
from typing import Any, Final

from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

_SAID_IN: Final = frozenset({b"x-forwarded-for", b"x-forwarded-proto"})


class ForwardedRequests:
    """Has uvicorn believe a proxy it trusts; what says nothing of that kind goes straight on.

    uvicorn itself looks through the headers of every request that comes from this machine.
    """

    def __init__(self, app: Any, trusted: list[str] | str) -> None:
        """`trusted` are the proxies' addresses or networks, `*` for all."""
        self._app = app
        self._believing = ProxyHeadersMiddleware(app, trusted)

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Pass the request on, as from whoever sent it first."""
        says = scope["type"] == "http" and not _SAID_IN.isdisjoint(dict(scope["headers"]))
        return (self._believing if says else self._app)(scope, receive, send)
