"""Whether the service lives, and whether a webhook can be committed now."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from litestar import Controller, Request, Response, get

from application.ports import StorageUnavailableError

CHECKS: Final = "checks"
"""Under this name the application's state holds the checks of readiness."""

Check = Callable[[], str | None]
"""Returns what is wrong, in one sentence, or `None`."""


class HealthController(Controller):
    """Health, for load balancers and operators."""

    path = "/health"

    @get("/live")
    async def live(self) -> dict[str, str]:
        """Answer as long as the process takes requests."""
        return {"Status": "live"}

    @get("/ready")
    async def ready(self, request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        """Answer 200 where a webhook can be committed now, and 503 with the reasons where not."""
        checks: list[Check] = request.app.state[CHECKS]
        problems = [
            problem
            for problem in await asyncio.gather(*(asyncio.to_thread(_run, c) for c in checks))
            if problem is not None
        ]
        if problems:
            return Response({"Status": "not ready", "Problems": problems}, status_code=503)
        return Response({"Status": "ready"})


def _run(check: Check) -> str | None:
    try:
        return check()
    except StorageUnavailableError:
        return "The database is away."
