"""Searching activities and work orders over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from litestar import Controller, Request, Response, get
from litestar.di import Provide
from litestar.openapi.spec import SecurityRequirement
from litestar.params import QueryParameter
from msgspec.structs import replace

from application.query_ports import Search
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.api.asked import (
    ClientId,
    Flag,
    asked_text,
    asked_time,
    read_flag,
    read_time,
    refuse_unknown,
)
from interfaces.api.authorization import READERS, authorize, require_bearer
from interfaces.api.bounds import asked_between
from interfaces.api.cursors import LONGEST_CURSOR, next_cursor, read_cursor
from interfaces.api.documents import ActivityPage, WorkOrderPage, found_document
from interfaces.api.json_answers import answer, encoded
from interfaces.api.operation import PositionedOperation
from interfaces.api.reading import reading
from interfaces.api.refusals import BEARER, refusals

PAGE: Final = 200
"""Rows at the most."""

FILTERS: Final = frozenset(
    {
        "workOrderId", "activityId", "number", "purchaseNumber", "status", "extendedStatus",
        "trade", "priority", "locationId", "scheduledAfter", "scheduledBefore", "recordedAfter",
        "recordedBefore", "overdue", "text", "newestFirst", "cursor", "limit",
    }
)  # fmt: skip
"""What every search can be asked."""

Limit = Annotated[int, asked_between(1, PAGE)]
Cursor = Annotated[
    str | None,
    QueryParameter(
        description="The Next of a page of the same search.",
        min_length=1,
        max_length=LONGEST_CURSOR,
    ),
]


def asked_search(
    request: Request[Any, Any, Any],
    work_order_id: Annotated[
        int | None, asked_between(1, 2**63 - 1, "workOrderId", "The sender's id of it.")
    ] = None,
    activity_id: Annotated[
        int | None,
        asked_between(LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID, "activityId", "Our id of it."),
    ] = None,
    number: Annotated[str | None, asked_text("number", "Its number.")] = None,
    purchase_number: Annotated[
        str | None, asked_text("purchaseNumber", "Its purchase number.")
    ] = None,
    status: Annotated[str | None, asked_text("status", "Its primary status.")] = None,
    extended_status: Annotated[
        str | None, asked_text("extendedStatus", "Its extended status.")
    ] = None,
    trade: Annotated[str | None, asked_text("trade", "Its trade.")] = None,
    priority: Annotated[str | None, asked_text("priority", "Its priority.")] = None,
    location_id: Annotated[
        int | None, asked_between(-(2**63), 2**63 - 1, "locationId", "Its location's id.")
    ] = None,
    scheduled_after: Annotated[
        str | None, asked_time("scheduledAfter", "Scheduled then or later.")
    ] = None,
    scheduled_before: Annotated[
        str | None, asked_time("scheduledBefore", "Scheduled earlier.")
    ] = None,
    recorded_after: Annotated[
        str | None, asked_time("recordedAfter", "Last reported then or later.")
    ] = None,
    recorded_before: Annotated[
        str | None, asked_time("recordedBefore", "Last reported earlier.")
    ] = None,
    overdue: Annotated[
        Flag | None,
        QueryParameter(description="Whether its scheduled time is over and it is not done."),
    ] = None,
    text: Annotated[
        str | None, asked_text("text", "Words, all of them in the description or the notes.")
    ] = None,
    newest_first: Annotated[
        Flag | None,
        QueryParameter(
            name="newestFirst",
            description="Whether those come first that were reported last, and only what was "
            "reported at all.",
        ),
    ] = None,
) -> Search:
    """Return what is searched for."""
    return Search(
        at=reading(request).now(),
        work_order_id=work_order_id,
        activity_id=activity_id,
        number=_stored(number),
        purchase_number=_stored(purchase_number),
        status=_stored(status),
        extended_status=_stored(extended_status),
        trade=_stored(trade),
        priority=_stored(priority),
        location_id=location_id,
        scheduled_after=read_time("scheduledAfter", scheduled_after),
        scheduled_before=read_time("scheduledBefore", scheduled_before),
        recorded_after=read_time("recordedAfter", recorded_after),
        recorded_before=read_time("recordedBefore", recorded_before),
        is_overdue=read_flag(overdue),
        text=_stored(text),
        newest_first=newest_first == "true",
    )


class WorkOrdersController(Controller):
    """Finds work orders, whether an activity follows them or not."""

    path = "/v1/Clients/{clientId:str}"
    tags: Sequence[str] | None = ("Activities",)
    security: Sequence[SecurityRequirement] | None = ({BEARER: []},)

    @get(
        "/WorkOrders",
        guards=[require_bearer],
        operation_id="listWorkOrders",
        operation_class=PositionedOperation,
        dependencies={"search": Provide(asked_search, sync_to_thread=False)},
        summary="Search work orders",
        response_description="Work orders, as far as the search is.",
        responses=refusals(400, 401, 403, 404, 429, 500, 503),
    )
    async def work_orders(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        search: Search,
        linked: Annotated[
            Flag | None, QueryParameter(description="Whether an activity follows it.")
        ] = None,
        include: Annotated[
            Literal["state"] | None,
            QueryParameter(description="What else is told of each: its State."),
        ] = None,
        cursor: Cursor = None,
        limit: Limit = PAGE,
    ) -> Response[WorkOrderPage]:
        """Search work orders, whether an activity follows them or not.

        They come by work order id; where times are asked, by the scheduled or the recorded time.
        Those that wait for an activity, `linked=false` and no other filter, come newest first
        unless `newestFirst=false` is asked; with `include=state` there is enough to decide.
        """
        refuse_unknown(request, FILTERS | {"linked", "include"})
        is_linked = read_flag(linked)
        # With other filters that order would be asked of an index that has none of them.
        is_all = search == Search(at=search.at) and "newestFirst" not in request.query_params
        is_waiting = is_linked is False and is_all
        asked = replace(search, is_linked=is_linked, newest_first=search.newest_first or is_waiting)
        return await found_page(
            request, client_id, asked, cursor, limit, WorkOrderPage, with_states=include == "state"
        )


async def found_page(
    request: Request[Any, Any, Any],
    client: str,
    search: Search,
    cursor: str | None,
    limit: int,
    document: type[ActivityPage | WorkOrderPage],
    *,
    with_states: bool = False,
) -> Response[Any]:
    """Answer a search with a page. Raises what `authorize` raises, and `BadCursorError`."""
    authorized = await authorize(request, client, READERS)
    client_id = authorized.client.id
    at, begun = reading(request), read_cursor(cursor, client_id, search)

    def found() -> tuple[int, bytes]:
        after = None if begun is None else begun.key
        page = at.ask.searches.find(client_id, search, after, limit)
        # Whoever follows from any page of a walk misses nothing of what came after its first.
        position = page.position if begun is None else min(begun.position, page.position)
        states = at.ask.states.of_found(page.rows) if with_states else {}
        preferred = authorized.client.preferred_sender
        rows = [found_document(row, states, preferred) for row in page.rows]
        return position, encoded(document(rows, next_cursor(page, client_id, search, position)))

    position, body = await at.read(found)
    return answer(body, position)


def _stored(text: str | None) -> str | None:
    # Texts are stored without NUL, which PostgreSQL does not take.
    return None if text is None else text.replace("\0", "\ufffd")
