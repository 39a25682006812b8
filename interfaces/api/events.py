"""The change feed over HTTP: by pages, or without an end."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, get
from litestar.openapi.spec import SecurityRequirement
from litestar.params import QueryParameter

from application.activities import periods_of
from application.feed import MOST_ITEMS, Included
from domain.client import Client
from interfaces.api.asked import ClientId, refuse_unknown, refused
from interfaces.api.authorization import READERS, authorize, require_bearer
from interfaces.api.bounds import asked_between
from interfaces.api.documents import EventPage, event_document
from interfaces.api.event_stream import Followed, event_stream
from interfaces.api.json_answers import answer, encoded
from interfaces.api.operation import StreamedOperation
from interfaces.api.reading import reading
from interfaces.api.refusals import BEARER, refusals
from interfaces.api.states import ActivityIdInPath

LATEST: Final = "latest"

_EVENT_STREAM: Final = "text/event-stream"
_LAST_EVENT_ID: Final = "last-event-id"
_ASKED: Final = frozenset({"after", "include", "limit"})
_HIGHEST: Final = 2**63 - 1
_REFUSALS: Final = refusals(400, 401, 403, 404, 409, 410, 429, 500, 503)

After = Annotated[
    str,
    QueryParameter(
        description="The position behind which to begin, or `latest` to begin at the end.",
        pattern=r"\A(latest|0|[1-9][0-9]{0,18})\Z",
        schema_extra={"pattern": r"^(latest|0|[1-9][0-9]{0,17})$"},
    ),
]
Include = Annotated[
    Included | None,
    QueryParameter(description="The work order's state as each event left it, or what each said."),
]
Limit = Annotated[int, asked_between(1, MOST_ITEMS)]


class EventsController(Controller):
    """What happened, in the order of the log."""

    path = "/v1/Clients/{clientId:str}"
    tags: Sequence[str] | None = ("Events",)
    security: Sequence[SecurityRequirement] | None = ({BEARER: []},)

    @get(
        "/Events",
        guards=[require_bearer],
        operation_id="listEvents",
        operation_class=StreamedOperation,
        summary="Follow a client",
        response_description="Events behind a position.",
        responses=_REFUSALS,
    )
    async def of_client(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        after: After = "0",
        include: Include = None,
        limit: Limit = MOST_ITEMS,
    ) -> Response[EventPage]:
        """Tell what happened behind a position, with what each event changed.

        With `Accept: text/event-stream` it goes on without an end; a `Last-Event-ID` counts before
        `after`.
        """
        refuse_unknown(request, _ASKED)
        client = (await authorize(request, client_id, READERS)).client
        return await _events(request, Followed(client, None, include), after, limit)

    @get(
        "/Activities/{activityId:str}/Events",
        guards=[require_bearer],
        operation_id="listActivityEvents",
        operation_class=StreamedOperation,
        summary="Follow an activity",
        response_description="Events of this activity behind a position.",
        responses=_REFUSALS,
    )
    async def of_activity(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        activity_id: ActivityIdInPath,
        after: After = "0",
        include: Include = None,
        limit: Limit = MOST_ITEMS,
    ) -> Response[EventPage]:
        """Tell what happened to one activity, from its opening on.

        With `Accept: text/event-stream` it goes on without an end; a `Last-Event-ID` counts before
        `after`.
        """
        refuse_unknown(request, _ASKED)
        client = (await authorize(request, client_id, READERS)).client
        number = int(activity_id)
        await _check_activity(request, client, number)
        return await _events(request, Followed(client, number, include), after, limit)


async def _check_activity(
    request: Request[Any, Any, Any], client: Client, activity_id: int
) -> None:
    at = reading(request)
    await at.read(partial(periods_of, at.ask.links, client, activity_id))


async def _events(
    request: Request[Any, Any, Any], followed: Followed, after: str, limit: int
) -> Response[Any]:
    at = reading(request)
    if _EVENT_STREAM in request.headers.get("accept", "").lower():
        last = request.headers.get(_LAST_EVENT_ID)
        begin = _position(_LAST_EVENT_ID, after if last is None else last)
        return await event_stream(request, followed, begin)
    begin = _position("after", after)

    def page() -> tuple[bytes, int]:
        found = at.ask.feed.page(
            followed.client, followed.activity_id, begin, limit, followed.include
        )
        events = [event_document(item, followed.include) for item in found.items]
        return encoded(EventPage(events, found.end)), found.end

    return answer(*await at.read(page))


def _position(name: str, text: str) -> int | None:
    if text == LATEST:
        return None
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(_HIGHEST)):
        raise refused(name, "This is no position, which is a number.")
    if int(text) > _HIGHEST:
        raise refused(name, "There is no position beyond 64 bits.")
    return int(text)
