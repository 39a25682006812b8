"""The endpoint itself."""

import logging
from collections.abc import Sequence
from typing import Any, Final, cast

from litestar import Controller, post
from litestar.types import ASGIApp, Receive, Scope, Send

from interfaces.problems import Problem, problem_of
from interfaces.webhook.answers import CHARSET, activity_answer, error_answer
from interfaces.webhook.arrival import ARRIVAL, Arrival
from interfaces.webhook.negotiation import answer_media_type
from interfaces.webhook.operation import WebhookOperation
from interfaces.webhook.reception import Received, Reception
from interfaces.webhook.request import Headers, read_headers

_log = logging.getLogger(__name__)

RECEPTION: Final = "reception"
"""Under this name the application's state holds the reception."""

_TURNED_AWAY: Final = 500
"""From this status on, the sender did nothing wrong and has to come again."""

_NOT_TAKEN: Final = frozenset({413, 415})
"""The body was too large, or in a type or encoding that is not read: nothing of it is kept."""


class WebhookController(Controller):
    """Updates a ServiceChannel work order's associated activity, if there is one."""

    tags: Sequence[str] | None = ("Webhook",)

    @post(
        "/v1/Clients/{clientId:str}/ServiceChannelWorkOrders",
        status_code=200,
        operation_class=WebhookOperation,
    )
    async def receive(self) -> ASGIApp:
        """Record one webhook and answer the id of the activity updated, if there was one."""
        # Litestar calls what is returned with all of the request. A request that is a parameter,
        # and an answer of Litestar's own, take as long as reading the body does.
        return _record_and_answer


async def _record_and_answer(scope: Scope, receive: Receive, send: Send) -> None:
    arrival: Arrival = cast("dict[str, Any]", scope)[ARRIVAL]
    reception: Reception = scope["litestar_app"].state[RECEPTION]
    headers = read_headers(scope["headers"])  # type: ignore[arg-type]
    try:
        received = await reception.take(arrival, headers, receive)
        problem = problem_of(received.problem) if received.problem else None
    except Exception as error:  # noqa: BLE001 - the table of problems answers them all
        received, problem = Received(), _problem(error, arrival)
        if problem.status >= _TURNED_AWAY:
            reception.note_turned_away(arrival)
        elif problem.status in _NOT_TAKEN:
            reception.note_not_taken(arrival)
    for message in _messages(arrival, headers, received, problem):
        await send(message)


def _problem(error: Exception, arrival: Arrival) -> Problem:
    problem = problem_of(error)
    if problem.is_fault:
        _log.error("Delivery %s failed", arrival.delivery_id, exc_info=error)
    return problem


def _messages(
    arrival: Arrival, headers: Headers, received: Received, problem: Problem | None
) -> tuple[Any, Any]:
    asked_in = None if received.empty else headers.content_type
    media_type = answer_media_type(headers.accept, asked_in)
    if problem is None:
        status, body = 200, activity_answer(media_type, received.activity_id)
    else:
        status = problem.status
        body = error_answer(media_type, problem.message, problem.model_state)
    sent = [
        (b"content-type", (media_type + CHARSET).encode()),
        (b"content-length", b"%d" % len(body)),
        (b"worktrail-delivery", str(arrival.delivery_id).encode()),
    ]
    if received.verdict:
        sent.append((b"worktrail-verdict", received.verdict.encode()))
    if problem is not None:
        sent += [(name.encode(), value.encode()) for name, value in problem.headers]
    return (
        {"type": "http.response.start", "status": status, "headers": sent},
        {"type": "http.response.body", "body": body},
    )
