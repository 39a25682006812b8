"""Whether the service lives, and whether a webhook can be committed now."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal

from litestar import Controller, Request, Response, get
from litestar.openapi import ResponseSpec
from msgspec import Struct

from application.ports import StorageUnavailableError
from interfaces.api.refusals import refusals

CHECKS: Final = "checks"
"""Under this name the application's state holds the checks of readiness."""

Check = Callable[[], str | None]
"""Returns what is wrong, in one sentence, or `None`."""


class Readiness(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """Whether a webhook can be committed now, and what stands against it."""

    status: Literal["ready", "not ready"]
    problems: list[str] = []


class HealthController(Controller):
    """Health, for load balancers and operators."""

    path = "/health"
    tags: Sequence[str] | None = ("Health",)

    @get(
        "/live",
        operation_id="live",
        summary="Is the process alive?",
        response_description="It takes requests.",
        responses=refusals(500),
    )
    async def live(self) -> dict[str, str]:
        """Answer as long as the process takes requests."""
        return {"Status": "live"}

    @get(
        "/ready",
        operation_id="ready",
        summary="Can a webhook be committed now?",
        response_description="It can.",
        responses={
            503: ResponseSpec(Readiness, generate_examples=False, description="Not now."),
            **refusals(500),
        },
    )
    async def ready(self, request: Request[Any, Any, Any]) -> Response[Readiness]:
        """Answer 200 where a webhook can be committed now, and 503 with the reasons where not."""
        checks: list[Check] = request.app.state[CHECKS]
        problems = [
            problem
            for problem in await asyncio.gather(*(asyncio.to_thread(_run, c) for c in checks))
            if problem is not None
        ]
        if problems:
            return Response(Readiness("not ready", problems), status_code=503)
        return Response(Readiness("ready"))


def _run(check: Check) -> str | None:
    try:
        return check()
    except StorageUnavailableError:
        return "The database is away."
