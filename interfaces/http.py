"""The HTTP application: routes, errors in the contract's form, and what lives as long as it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.enums import ParamType
from litestar.exceptions import HTTPException, ValidationException

from interfaces.access_log import AccessLog
from interfaces.api.activities import ActivitiesController
from interfaces.api.asked import NOT_IN_FORM
from interfaces.api.authorization import AUTHORITY, Authority
from interfaces.api.desk import DESK, Desk
from interfaces.api.events import EventsController
from interfaces.api.health import CHECKS, Check, HealthController
from interfaces.api.lists import LISTS, Lists
from interfaces.api.projections import STATUSES, ProjectionsController, Statuses
from interfaces.api.reading import READING, Reading
from interfaces.api.searches import WorkOrdersController
from interfaces.api.states import StatesController
from interfaces.docs.document import openapi_config
from interfaces.problems import INVALID, problem_of
from interfaces.webhook.arrival import ArrivalMiddleware
from interfaces.webhook.controller import RECEPTION, WebhookController
from interfaces.webhook.reception import Reception

_log = logging.getLogger(__name__)

Lifespan: TypeAlias = Callable[[Litestar], AbstractAsyncContextManager[None]]
_Answer: TypeAlias = Response[dict[str, Any]]


_MESSAGES = {
    404: "No HTTP resource was found that matches the request URI.",
    405: "The requested resource does not support this http method.",
    500: "An error has occurred.",
}


def create_http_application(
    reception: Reception,
    authority: Authority,
    desk: Desk,
    lists: Lists,
    reading: Reading,
    checks: Sequence[Check],
    statuses: Statuses,
    lifespan: Lifespan,
    new_id: Callable[[], UUID],
    now: Callable[[], datetime],
    *,
    log_access: bool,
) -> Litestar:
    """Return the Litestar application, with the webhook's middleware around it."""
    application = Litestar(
        route_handlers=[
            WebhookController,
            ActivitiesController,
            WorkOrdersController,
            StatesController,
            EventsController,
            HealthController,
            ProjectionsController,
        ],
        state=State(
            {
                RECEPTION: reception,
                AUTHORITY: authority,
                DESK: desk,
                LISTS: lists,
                READING: reading,
                CHECKS: list(checks),
                STATUSES: statuses,
            }
        ),
        lifespan=[lifespan],
        exception_handlers={
            HTTPException: _refused,
            RecursionError: _too_deep,
            Exception: _failed,
        },
        logging_config=None,
        openapi_config=openapi_config(),
    )
    handler = application.asgi_handler
    if log_access:
        handler = AccessLog(handler)
    application.asgi_handler = ArrivalMiddleware(handler, new_id, now)
    return application


def _refused(_: Request[Any, Any, Any], error: HTTPException) -> _Answer:
    # Not `error.detail`: Litestar quotes whole addresses in it.
    answer: dict[str, Any] = {"Message": _MESSAGES.get(error.status_code, INVALID)}
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        answer["ModelState"] = {_place(fault): [_sentence(fault)] for fault in error.extra}
    return Response(answer, status_code=error.status_code, headers=error.headers)


def _place(fault: Mapping[str, object]) -> str:
    place = str(fault.get("key", "body"))
    if fault.get("source") not in {ParamType.QUERY, ParamType.PATH}:
        return place
    # Litestar has the name of the handler's own parameter; in an address it is another's.
    first, *others = place.split("_")
    return first + "".join(map(str.capitalize, others))


def _sentence(fault: Mapping[str, object]) -> str:
    message = str(fault.get("message", ""))
    return NOT_IN_FORM if "regex" in message else message


def _too_deep(_: Request[Any, Any, Any], error: RecursionError) -> _Answer:  # noqa: ARG001
    # The body of a request of the API is nested without end.
    return Response({"Message": INVALID}, status_code=400)


def _failed(request: Request[Any, Any, Any], error: Exception) -> _Answer:
    problem = problem_of(error)
    if problem.is_fault:
        # Of the address only the template: what is in the rest is the caller's.
        _log.error("%s failed", request.scope["path_template"], exc_info=error)
    answer: dict[str, Any] = {"Message": problem.message}
    if problem.model_state is not None:
        answer["ModelState"] = problem.model_state
    return Response(answer, status_code=problem.status, headers=dict(problem.headers))
