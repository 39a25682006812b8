"""Opening, releasing and searching activities over HTTP."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Controller, HttpMethod, Request, Response, get, post, route
from litestar.di import Provide
from litestar.openapi.spec import SecurityRequirement
from litestar.params import QueryParameter
from msgspec import Meta, Struct
from msgspec.structs import replace

from application.activities import periods_of
from application.query_ports import Search
from domain.activity import ReleaseActivity
from interfaces.api.asked import ClientId, Flag, read_flag, refuse_unknown
from interfaces.api.authorization import (
    WRITERS,
    authorize,
    require_bearer,
)
from interfaces.api.desk import desk
from interfaces.api.documents import ActivityPage
from interfaces.api.lists import lists
from interfaces.api.openings import (
    Followed,
    ListedOpening,
    Opening,
    Reason,
    WouldOpen,
    in_a_list,
    open_one,
)
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


class Releasing(Struct, frozen=True, rename="pascal"):
    """Says why an activity is released."""

    reason: Reason | None = None


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
        response_description="Opened, in the order of the list; of a dry run, what would be.",
        responses=refusals(400, 401, 403, 404, 409, 413, 429, 500, 503),
    )
    async def open(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        data: Opening | Annotated[list[ListedOpening], Meta(max_length=MOST_OPENINGS)],
        dry_run: Annotated[
            Flag | None,
            QueryParameter(name="dryRun", description="Whether all is checked, and nothing done."),
        ] = None,
    ) -> Followed | list[Followed] | WouldOpen:
        """Open one activity, or a list of them.

        Of a list everything is checked first: ids that are taken, work orders named twice, numbers
        that are nobody's or several work orders'. Where one item is wrong nothing is opened, and
        `ModelState` says what is wrong with which. What is open already stays as it is. Numbers are
        known as far as the search is.

        A long list is opened 500 at a time, with time between for deliveries. After 50 seconds it
        is answered 503, with how far it came. Then, or after the line was cut, send the same list
        again: it goes on from there.

        With `dryRun=true` nothing is opened: the answer says how many would be, how many are open
        already, and as `Problems` what is wrong with which item, counted from 0.
        """
        refuse_unknown(request, ("dryRun",))
        authorized = await authorize(request, client_id, WRITERS)
        if read_flag(dry_run):
            wanted = [in_a_list(data)] if isinstance(data, Opening) else data
            return await lists(request).dry_run(authorized, wanted)
        if isinstance(data, Opening):
            return await open_one(desk(request), authorized, data)
        return await lists(request).open(authorized, data)

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
