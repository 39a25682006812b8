"""The HTTP application: routes, errors in the contract's form, and what lives as long as it."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from interfaces.api.health import CHECKS, Check, HealthController
from interfaces.problems import problem_of
from interfaces.webhook.arrival import ArrivalMiddleware
from interfaces.webhook.controller import RECEPTION, WebhookController
from interfaces.webhook.reception import Reception

_log = logging.getLogger(__name__)

Lifespan: TypeAlias = Callable[[Litestar], AbstractAsyncContextManager[None]]
_Answer: TypeAlias = Response[dict[str, str]]


def create_http_application(
    reception: Reception,
    checks: Sequence[Check],
    lifespan: Lifespan,
    new_id: Callable[[], UUID],
    now: Callable[[], datetime],
) -> Litestar:
    """Return the Litestar application, with the webhook's middleware around it."""
    application = Litestar(
        route_handlers=[WebhookController, HealthController],
        state=State({RECEPTION: reception, CHECKS: list(checks)}),
        lifespan=[lifespan],
        exception_handlers={HTTPException: _refused, Exception: _failed},
        logging_config=None,
        openapi_config=None,
    )
    application.asgi_handler = ArrivalMiddleware(application.asgi_handler, new_id, now)
    return application


def _refused(_: Request[Any, Any, Any], error: HTTPException) -> _Answer:
    # Not `error.detail`: Litestar quotes whole addresses in it.
    messages = {404: "No HTTP resource was found that matches the request URI."}
    message = messages.get(error.status_code, error.__class__.__name__)
    return Response({"Message": message}, status_code=error.status_code, headers=error.headers)


def _failed(request: Request[Any, Any, Any], error: Exception) -> _Answer:
    problem = problem_of(error)
    if problem.is_fault:
        _log.error("%s failed", request.scope["path"], exc_info=error)
    return Response(
        {"Message": problem.message},
        status_code=problem.status,
        headers=dict(problem.headers),
    )
