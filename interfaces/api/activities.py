"""Opening, releasing and searching activities over HTTP."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Controller, HttpMethod, Request, Response, get, post, route
from litestar.di import Provide
from litestar.openapi.spec import SecurityRequirement
from msgspec import Meta, Struct
from msgspec.structs import replace

from application.activities import periods_of
from application.query_ports import Search
from domain.activity import OpenActivity, ReleaseActivity
from domain.errors import WorktrailError
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.api.asked import ClientId, refuse_unknown
from interfaces.api.authorization import (
    WRITERS,
    Authorized,
    authorize,
    require_bearer,
)
from interfaces.api.bounds import between
from interfaces.api.desk import Desk, desk
from interfaces.api.documents import ActivityPage
from interfaces.api.operation import (
    MOST_OPENINGS,
    BodyIsOptional,
    ListIsBounded,
    PositionedOperation,
)
from interfaces.api.refusals import BEARER, refusals
from interfaces.api.searches import FILTERS, PAGE, Cursor, Limit, asked_search, found_page
from interfaces.api.states import ActivityIdInPath
from interfaces.api.strict_body import StrictRequest

ActivityId = Annotated[int, between(LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID)]
WorkOrderId = Annotated[int, between(1, 2**63 - 1)]
Reason = Annotated[str, Meta(max_length=1_000)]


class Opening(Struct, frozen=True, rename="pascal"):
    """Asks for an activity on a work order, under this id or the client's next one."""

    work_order_id: WorkOrderId
    activity_id: ActivityId | None = None
    reason: Reason | None = None


class Releasing(Struct, frozen=True, rename="pascal"):
    """Says why an activity is released."""

    reason: Reason | None = None


class Followed(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """An activity and the work order that it follows; `message` says why one was not opened."""

    client_id: str
    work_order_id: int
    activity_id: int | None = None
    message: str | None = None


class ActivitiesController(Controller):
    """Which activity follows which work order."""

    path = "/v1/Clients/{clientId:str}/Activities"
    tags: Sequence[str] | None = ("Activities",)
    security: Sequence[SecurityRequirement] | None = ({BEARER: []},)
    request_class: type[Request[Any, Any, Any]] | None = StrictRequest

    @route(
        http_method=HttpMethod.OPTIONS,
        status_code=204,
        include_in_schema=False,
        response_headers={"Allow": "GET, OPTIONS, POST"},
    )
    async def allowed(self) -> None:
        """Name the methods; Litestar's own answer would name those of one handler alone."""
        # Litestar takes handlers in the order of their names and keeps its own where it is first.

    @post(
        status_code=200,
        guards=[require_bearer],
        operation_id="openActivities",
        operation_class=ListIsBounded,
        summary="Open activities",
        response_description="Opened; of a list, each that was refused says why.",
        responses=refusals(400, 401, 403, 404, 409, 413, 429, 500, 503),
    )
    async def open(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        data: Opening | Annotated[list[Opening], Meta(max_length=MOST_OPENINGS)],
    ) -> Followed | list[Followed]:
        """Open one activity, or a list of them; of a list each is answered for itself."""
        authorized = await authorize(request, client_id, WRITERS)
        if isinstance(data, Opening):
            return await _open(desk(request), authorized, data)
        return list(
            await asyncio.gather(*(_try(desk(request), authorized, opening) for opening in data))
        )

    @get(
        guards=[require_bearer],
        operation_id="listActivities",
        operation_class=PositionedOperation,
        dependencies={"search": Provide(asked_search, sync_to_thread=False)},
        summary="Search open activities",
        response_description="Open activities with their work orders, as far as the search is.",
        responses=refusals(400, 401, 403, 404, 429, 500, 503),
    )
    async def list(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        search: Search,
        cursor: Cursor = None,
        limit: Limit = PAGE,
    ) -> Response[ActivityPage]:
        """Search open activities.

        They come by work order id; where times are asked, by the scheduled or the recorded time.
        """
        refuse_unknown(request, FILTERS)
        asked = replace(search, is_linked=True)
        return await found_page(request, client_id, asked, cursor, limit, ActivityPage)

    @post(
        "/{activityId:str}/Release",
        status_code=200,
        guards=[require_bearer],
        operation_id="releaseActivity",
        operation_class=BodyIsOptional,
        summary="Release an activity",
        response_description="Released.",
        responses=refusals(400, 401, 403, 404, 409, 413, 429, 500, 503),
    )
    async def release(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        activity_id: ActivityIdInPath,
        data: Releasing | None = None,
    ) -> Followed:
        """Release an activity from the work order that it follows."""
        authorized = await authorize(request, client_id, WRITERS)
        at, released = desk(request), int(activity_id)
        periods = await asyncio.to_thread(periods_of, at.links, authorized.client, released)
        work_order_id = periods[-1].work_order_id
        command = ReleaseActivity(released, data.reason if data else None)
        await at.give(authorized, work_order_id, command)
        return Followed(str(authorized.client.id), work_order_id, released)


async def _open(at: Desk, authorized: Authorized, opening: Opening) -> Followed:
    command = OpenActivity(opening.activity_id, opening.reason)
    outcome = await at.give(authorized, opening.work_order_id, command)
    return Followed(str(authorized.client.id), opening.work_order_id, outcome.activity_id)


async def _try(at: Desk, authorized: Authorized, opening: Opening) -> Followed:
    try:
        return await _open(at, authorized, opening)
    except WorktrailError as refusal:
        client_id = str(authorized.client.id)
        return Followed(client_id, opening.work_order_id, message=str(refusal))
