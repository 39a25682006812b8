"""The endpoint itself."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import msgspec
from litestar import Controller, Litestar, Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, ExceptionHandlersMap, Receive, Scope, Send

from interfaces.exchange import carried
from interfaces.problems import Problem, problem_of
from interfaces.webhook.answers import CHARSET, activity_answer, error_answer
from interfaces.webhook.arrival import ARRIVAL, Arrival
from interfaces.webhook.negotiation import answer_media_type
from interfaces.webhook.operation import WebhookOperation
from interfaces.webhook.reception import Received, Reception
from interfaces.webhook.request import Headers, Incoming, read_headers

_log = logging.getLogger(__name__)

RECEPTION: Final = "reception"
"""Under this name the application's state holds the reception."""

_TURNED_AWAY: Final = 500
"""From this status on, the sender did nothing wrong and has to come again."""

_NOT_TAKEN: Final = frozenset({413, 415})
"""The body was too large, or in a type or encoding that is not read: nothing of it is kept."""

# The text of an id, in a fifth of the time that its own method takes.
_in_quotes: Final = msgspec.json.Encoder().encode


class _UnreadRequest(Request[Any, Any, Any]):
    """What Litestar makes of every request, for a handler that takes none; of no other use."""

    def __init__(self, scope: Scope, *_: object, **__: object) -> None:
        self.scope = scope  # type: ignore[assignment]


class _LeanRoute(HTTPRouteHandler):
    """A route whose handler returns the answer itself, and whose layers do not change.

    Litestar's own asks all layers at every request who answers exceptions, and each answer whether
    it is one. So nothing is done to an answer: no `after_request`, no headers of a layer.
    """

    def on_registration(self, app: Litestar) -> None:
        """Ask the layers once, now that they are there."""
        super().on_registration(app)
        self._exception_handlers = super().resolve_exception_handlers()

    def resolve_exception_handlers(self) -> ExceptionHandlersMap:
        """Return who answers exceptions."""
        return self._exception_handlers

    async def to_response(self, app: Litestar, data: ASGIApp, request: object) -> ASGIApp:  # noqa: ARG002
        """Return what the handler returned."""
        return data


class WebhookController(Controller):
    """Updates a ServiceChannel work order's associated activity, if there is one."""

    tags: Sequence[str] | None = ("Webhook",)

    @_LeanRoute(
        "/v1/Clients/{clientId:str}/ServiceChannelWorkOrders",
        http_method="POST",
        status_code=200,
        operation_class=WebhookOperation,
        request_class=_UnreadRequest,
    )
    async def receive(self) -> ASGIApp:
        """Record one webhook and answer the id of the activity updated, if there was one."""
        # Litestar calls what is returned with all of the request. A request that is a parameter,
        # and an answer of Litestar's own, take as long as reading the body does.
        return _record_and_answer


async def _record_and_answer(scope: Scope, receive: Receive, send: Send) -> None:
    arrival: Arrival = scope[ARRIVAL]  # type: ignore[typeddict-item]
    reception: Reception = scope["litestar_app"].state[RECEPTION]
    exchange = carried(scope)
    headers = read_headers(scope["headers"])  # type: ignore[arg-type]
    try:
        received = await reception.take(arrival, Incoming(headers, receive, exchange))
        problem = problem_of(received.problem) if received.problem else None
    except Exception as error:  # noqa: BLE001 - the table of problems answers them all
        received, problem = Received(), _problem(error, arrival)
        if problem.status >= _TURNED_AWAY:
            reception.note_turned_away(arrival)
        elif problem.status in _NOT_TAKEN:
            reception.note_not_taken(arrival)
    status, told, body = _answer(arrival, headers, received, problem)
    if exchange is None or not exchange.answer(status, told, body):
        await send({"type": "http.response.start", "status": status, "headers": told})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _problem(error: Exception, arrival: Arrival) -> Problem:
    problem = problem_of(error)
    if problem.is_fault:
        _log.error("Delivery %s failed", arrival.delivery_id, exc_info=error)
    return problem


@cache
def _content_type(media_type: str) -> bytes:
    return (media_type + CHARSET).encode()


def _answer(
    arrival: Arrival, headers: Headers, received: Received, problem: Problem | None
) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    asked_in = None if received.empty else headers.content_type
    media_type = answer_media_type(headers.accept, asked_in)
    if problem is None:
        status, body = 200, activity_answer(media_type, received.activity_id)
    else:
        status = problem.status
        body = error_answer(media_type, problem.message, problem.model_state)
    sent = [
        (b"content-type", _content_type(media_type)),
        (b"content-length", b"%d" % len(body)),
        (b"worktrail-delivery", _in_quotes(arrival.delivery_id)[1:-1]),
    ]
    if received.verdict:
        sent.append((b"worktrail-verdict", received.verdict.encode()))
    if problem is not None:
        sent += [(name.encode(), value.encode()) for name, value in problem.headers]
    return status, sent, body
