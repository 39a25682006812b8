"""Opening a list of activities over HTTP: all are checked first, as an imported file is."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta, Struct

from application.link_check import CheckedLink, LineProblem, NamedBy, WantedLink
from domain.activity import OpenActivity
from domain.errors import WorktrailError
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.api.authorization import Authorized
from interfaces.api.bounds import between
from interfaces.api.desk import Desk
from interfaces.api.reading import Reading

ActivityId = Annotated[int, between(LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID)]
WorkOrderId = Annotated[int, between(1, 2**63 - 1)]
Reason = Annotated[str, Meta(max_length=1_000)]
_Name = Annotated[str, Meta(min_length=1, max_length=200)]

_NO_SINGLE_NAME: Final = "It needs one of WorkOrderId, Number and PurchaseNumber."


class Opening(Struct, frozen=True, rename="pascal"):
    """Asks for an activity on a work order, under this id or the client's next one."""

    work_order_id: WorkOrderId
    activity_id: ActivityId | None = None
    reason: Reason | None = None


class ListedOpening(Struct, frozen=True, rename="pascal"):
    """Asks for an activity on the work order of this id, number or purchase number."""

    work_order_id: WorkOrderId | None = None
    number: _Name | None = None
    purchase_number: _Name | None = None
    activity_id: ActivityId | None = None
    reason: Reason | None = None


class Followed(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """An activity and the work order that it follows; `message` says why one was not opened."""

    client_id: str
    work_order_id: int
    activity_id: int | None = None
    message: str | None = None


class WrongItemsError(WorktrailError):
    """Some items of a list cannot be done, so nothing was."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        wrong = "one item is" if len(problems) == 1 else f"{len(problems)} items are"
        super().__init__(f"Nothing was opened: {wrong} wrong.")
        self.problems = problems


async def open_one(at: Desk, authorized: Authorized, opening: Opening) -> Followed:
    """Open an activity. Raises what the command is refused for, and `TimeoutError`."""
    command = OpenActivity(opening.activity_id, opening.reason)
    outcome = await at.give(authorized, opening.work_order_id, command)
    return Followed(str(authorized.client.id), opening.work_order_id, outcome.activity_id)


async def open_listed(
    at: Desk, reading: Reading, authorized: Authorized, listed: Sequence[ListedOpening]
) -> list[Followed]:
    """Open activities, all of them checked first; what is open already stays as it is.

    What was taken between the check and the opening says so in its `message`. Raises
    `WrongItemsError` where one is wrong, `TimeoutError` and `ReadUnavailableError`.
    """
    read = [_wanted(place, opening) for place, opening in enumerate(listed)]
    wanted = [item for item in read if isinstance(item, WantedLink)]
    checked = await reading.read(
        lambda: reading.ask.link_checks.check(authorized.client, wanted, "item")
    )
    problems = [item for item in read if isinstance(item, LineProblem)]
    if problems or checked.problems:
        raise WrongItemsError(sorted([*problems, *checked.problems]))
    links = sorted([*checked.links, *checked.already], key=lambda link: link.line)
    return list(
        await asyncio.gather(*(_try(at, authorized, link, listed[link.line]) for link in links))
    )


def _wanted(place: int, opening: ListedOpening) -> WantedLink | LineProblem:
    names: dict[NamedBy, str | int | None] = {
        "WorkOrderId": opening.work_order_id,
        "Number": opening.number,
        "PurchaseNumber": opening.purchase_number,
    }
    given = [(named_by, str(name)) for named_by, name in names.items() if name is not None]
    if len(given) != 1:
        return LineProblem(place, _NO_SINGLE_NAME)
    [(named_by, name)] = given
    return WantedLink(place, named_by, name, opening.activity_id)


async def _try(
    at: Desk, authorized: Authorized, link: CheckedLink, listed: ListedOpening
) -> Followed:
    opening = Opening(link.work_order_id, link.activity_id, listed.reason)
    try:
        return await open_one(at, authorized, opening)
    except WorktrailError as refusal:
        client_id = str(authorized.client.id)
        return Followed(client_id, link.work_order_id, message=str(refusal))
