"""One activity or work order over HTTP: what is known of it, and how that came to be known."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final

from litestar import Controller, Request, Response, get
from litestar.openapi.spec import SecurityRequirement

from application.histories import PointInTime
from application.surroundings import state_document
from domain.client import Client
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.api.asked import ClientId, asked_time, id_in_path, read_time, refuse_unknown
from interfaces.api.authorization import READERS, authorize, require_bearer
from interfaces.api.documents import HistoryDocument, StateDocument
from interfaces.api.json_answers import encoded, versioned_answer
from interfaces.api.operation import VersionedOperation
from interfaces.api.reading import Reading, reading
from interfaces.api.refusals import BEARER, not_modified, refusals
from interfaces.history_document import history_document

ActivityIdInPath = Annotated[
    str,
    id_in_path("activityId", "The activity's id.", LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID),
]
WorkOrderIdInPath = Annotated[
    str, id_in_path("workOrderId", "The sender's id of the work order.", 1, 2**63 - 1)
]
AsOf = Annotated[str | None, asked_time("asOf", "Only what was on record at this time.")]
EffectiveAt = Annotated[
    str | None, asked_time("effectiveAt", "Fold only what was reported up to this time.")
]

_MOMENT: Final = frozenset({"asOf", "effectiveAt"})
_REFUSALS: Final = {**not_modified(), **refusals(400, 401, 403, 404, 429, 500, 503)}


class StatesController(Controller):
    """What is known of one, now or as of some time."""

    path = "/v1/Clients/{clientId:str}"
    tags: Sequence[str] | None = ("Activities",)
    security: Sequence[SecurityRequirement] | None = ({BEARER: []},)

    @get(
        "/Activities/{activityId:str}",
        guards=[require_bearer],
        operation_id="getActivity",
        operation_class=VersionedOperation,
        summary="Look at an activity",
        response_description="What is known of the work order that it follows, or followed last.",
        responses=_REFUSALS,
    )
    async def activity(
        self, request: Request[Any, Any, Any], client_id: ClientId, activity_id: ActivityIdInPath
    ) -> Response[StateDocument]:
        """Tell what is known of the work order that an activity follows, or followed last."""
        number = int(activity_id)
        return await _state(
            request,
            client_id,
            lambda at, client: at.ask.histories.followed_by(client, number, None),
        )

    @get(
        "/WorkOrders/{workOrderId:str}",
        guards=[require_bearer],
        operation_id="getWorkOrder",
        operation_class=VersionedOperation,
        summary="Look at a work order",
        response_description="What is known of it.",
        responses=_REFUSALS,
    )
    async def work_order(
        self, request: Request[Any, Any, Any], client_id: ClientId, work_order_id: WorkOrderIdInPath
    ) -> Response[StateDocument]:
        """Tell what is known of a work order, up to the last event on record."""
        number = int(work_order_id)
        return await _state(request, client_id, lambda _, __: number)

    @get(
        "/Activities/{activityId:str}/History",
        guards=[require_bearer],
        operation_id="getActivityHistory",
        operation_class=VersionedOperation,
        summary="Look at an activity's history",
        response_description="The history of the work order that it follows, or followed last.",
        responses=_REFUSALS,
    )
    async def activity_history(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        activity_id: ActivityIdInPath,
        as_of: AsOf = None,
        effective_at: EffectiveAt = None,
    ) -> Response[HistoryDocument]:
        """Tell every event of the work order that an activity follows, or followed last."""
        number, moment = int(activity_id), _moment(as_of, effective_at)

        def followed(at: Reading, client: Client) -> int:
            return at.ask.histories.followed_by(client, number, moment.as_of)

        return await _history(request, client_id, followed, moment)

    @get(
        "/WorkOrders/{workOrderId:str}/History",
        guards=[require_bearer],
        operation_id="getWorkOrderHistory",
        operation_class=VersionedOperation,
        summary="Look at a work order's history",
        response_description="Every event, and what is known from them.",
        responses=_REFUSALS,
    )
    async def work_order_history(
        self,
        request: Request[Any, Any, Any],
        client_id: ClientId,
        work_order_id: WorkOrderIdInPath,
        as_of: AsOf = None,
        effective_at: EffectiveAt = None,
    ) -> Response[HistoryDocument]:
        """Tell every event of a work order."""
        number = int(work_order_id)
        return await _history(
            request, client_id, lambda _, __: number, _moment(as_of, effective_at)
        )


Which = Callable[[Reading, Client], int]


async def _state(request: Request[Any, Any, Any], client_id: str, which: Which) -> Response[Any]:
    refuse_unknown(request, ())
    client = (await authorize(request, client_id, READERS)).client
    at = reading(request)

    def state() -> tuple[bytes, int, str]:
        work_order_id = which(at, client)
        current = at.ask.states.of_work_order(client.id, work_order_id)
        known = current.known
        document = StateDocument(
            client_id=client.id,
            work_order_id=work_order_id,
            activity_id=known.activity_id,
            version=known.version,
            state=state_document(
                client, known.work_order, at.ask.lookout.now(client, work_order_id, known)
            ),
        )
        return encoded(document), current.position, f"{work_order_id}-{known.version}"

    return versioned_answer(request, *await at.read(state))


async def _history(
    request: Request[Any, Any, Any], client_id: str, which: Which, moment: PointInTime
) -> Response[Any]:
    refuse_unknown(request, _MOMENT)
    client = (await authorize(request, client_id, READERS)).client
    at = reading(request)

    def history() -> tuple[bytes, int, str]:
        position = 0 if moment.as_of else at.ask.states.end()
        work_order_id = which(at, client)
        told = at.ask.histories.of_work_order(client.id, work_order_id, moment)
        periods = at.ask.histories.periods(client.id, told, moment.as_of)
        around = at.ask.lookout.at(client, work_order_id, told, moment)
        body = encoded(history_document(client, work_order_id, told, periods, around))
        last = told.moments[-1].recorded.position
        return body, max(position, last), f"{work_order_id}-{told.version}"

    return versioned_answer(request, *await at.read(history))


def _moment(as_of: str | None, effective_at: str | None) -> PointInTime:
    return PointInTime(read_time("asOf", as_of), read_time("effectiveAt", effective_at))
