"""Openings of activities over HTTP: what is asked for, and what is answered."""

from typing import Annotated

from msgspec import Meta, Struct

from domain.activity import OpenActivity
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.api.authorization import Authorized
from interfaces.api.bounds import between
from interfaces.api.desk import Desk

ActivityId = Annotated[int, between(LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID)]
WorkOrderId = Annotated[int, between(1, 2**63 - 1)]
Reason = Annotated[str, Meta(max_length=1_000)]
_Name = Annotated[str, Meta(min_length=1, max_length=200)]


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


def in_a_list(opening: Opening) -> ListedOpening:
    """Return an opening as the item of a list."""
    return ListedOpening(
        work_order_id=opening.work_order_id,
        activity_id=opening.activity_id,
        reason=opening.reason,
    )


class Followed(Struct, frozen=True, rename="pascal", omit_defaults=True):
    """An activity and the work order that it follows; `message` says why one was not opened."""

    client_id: str
    work_order_id: int
    activity_id: int | None = None
    message: str | None = None


class WrongItem(Struct, frozen=True, rename="pascal"):
    """What is wrong with an item of a list, counted from 0."""

    item: int
    message: str


class WouldOpen(Struct, frozen=True, rename="pascal"):
    """What a list of openings amounts to, as it was checked alone; nothing was done.

    Where there are `problems`, nothing would be opened. `lag_events` counts the events that the
    search, where numbers were looked up, did not know of yet.
    """

    client_id: str
    items: int
    dry_run: bool
    to_open: int
    opened: int
    open_already: int
    problems: list[WrongItem]
    lag_events: int


async def open_one(at: Desk, authorized: Authorized, opening: Opening) -> Followed:
    """Open an activity. Raises what the command is refused for, and `TimeoutError`."""
    command = OpenActivity(opening.activity_id, opening.reason)
    outcome = await at.give(authorized, opening.work_order_id, command)
    return Followed(str(authorized.client.id), opening.work_order_id, outcome.activity_id)
