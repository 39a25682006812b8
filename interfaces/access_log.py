"""The access log: method, path template, status and time taken, and nothing that a caller wrote."""

import logging
import re
import time
from typing import Final, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from interfaces.exchange import carry_no_more
from interfaces.webhook.arrival import ARRIVAL, Arrival

_log = logging.getLogger(__name__)

_METHOD: Final = re.compile(r"[A-Z]{1,20}")


class AccessLog:
    """Logs a line for every request; stands behind what takes the keys out of it."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log how it was answered."""
        if scope["type"] != ScopeType.HTTP:
            await self._inner(scope, receive, send)
            return
        status, began = 0, time.perf_counter()
        # An answer that is given as a whole would not be seen.
        carry_no_more(scope)

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._inner(scope, receive, noting)
        finally:
            milliseconds = (time.perf_counter() - began) * 1_000
            path = scope.get("path_template") or "-"
            _log.info("%s %s %d %.1f ms", _method(scope), path, status, milliseconds)


def _method(scope: Scope) -> str:
    arrival = cast("dict[str, Arrival]", scope).get(ARRIVAL)
    method = str(arrival.method if arrival else scope.get("method"))
    return method if _METHOD.fullmatch(method) else "-"
