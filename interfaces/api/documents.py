"""The JSON documents of the reading API, and how they are made of what was found."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

from application.feed import FeedItem, Included
from application.query_ports import FoundActivity
from domain.work_order import WorkOrder, as_document


class StatusDocument(Struct, frozen=True, rename="pascal"):
    """A status as the contract has it."""

    primary: str | None
    extended: str | None


class FoundDocument(Struct, frozen=True, rename="pascal"):
    """A work order as the search knows it, up to the event at `Position`.

    `RecordedAt` is when its last report was recorded, `ReportedAt` when that is said to have
    happened, `ScheduledDate` as it was sent. Where senders disagree, each field is as it was
    reported last, whichever sender the client prefers. `State` holds, where it is asked for, the
    fields of the contract's Object as the preferred sender has them, and which version set each.
    """

    client_id: UUID
    work_order_id: int
    activity_id: int | None
    version: int
    position: int
    number: str | None
    purchase_number: str | None
    status: StatusDocument | None
    trade: str | None
    priority: str | None
    location_id: int | None
    location_name: str | None
    scheduled_date: str | None
    overdue: bool
    recorded_at: datetime | None
    reported_at: datetime | None
    state: dict[str, Any] | UnsetType | None = UNSET


class ActivityPage(Struct, frozen=True, rename="pascal"):
    """Some open activities; `Next` is the cursor of the page behind it, null on the last."""

    activities: list[FoundDocument]
    next: str | None


class WorkOrderPage(Struct, frozen=True, rename="pascal"):
    """Some work orders; `Next` is the cursor of the page behind it, null on the last."""

    work_orders: list[FoundDocument]
    next: str | None


class StateDocument(Struct, frozen=True, rename="pascal"):
    """What is known of a work order now.

    `State` holds the fields of the contract's Object, `Beyond` it what else was said, and as
    `Provenance` which version and which sender set each. `Disagreements` has the fields that
    senders report differently, with the last word of each: `[{Field, Values: [{Sender, Value,
    Version, ReportedAt}]}]`; shown is the preferred sender's, or else what was said last.
    `AssignedElsewhere` is null unless the work order was ours and is with another provider:
    `{ProviderId, LeftProviderId, Since, SinceVersion, Until, UntilVersion, Unobserved}`. `RecallOf`
    is the work order that this one is a recall of, `RecalledBy` has those that are recalls of it,
    as far as the search is; null while the search has yet to be rebuilt.
    """

    client_id: UUID
    work_order_id: int
    activity_id: int | None
    version: int
    state: dict[str, Any]


class HistoryDocument(Struct, frozen=True, rename="pascal"):
    """What is known of a work order, the events it is known from, its activities' links.

    `State` is as for a work order now, `AssignedElsewhere` has every time in which it was with
    another provider; `Unobserved` says that no report tells of that time.
    """

    client_id: UUID
    work_order_id: int
    activity_id: int | None
    version: int
    state: dict[str, Any]
    events: list[dict[str, Any]]
    links: list[dict[str, Any]]
    assigned_elsewhere: list[dict[str, Any]]


class ChangeDocument(Struct, frozen=True, rename={"field": "Field", "from_": "From", "to": "To"}):
    """A field that an event changed, from what to what."""

    field: str
    from_: Any
    to: Any


class EventDocument(Struct, frozen=True, rename="pascal"):
    """An event of the change feed; `Changes` is null where they are yet to be worked out.

    `State` is the work order's as the event left it, but for `RecalledBy`; `Body` what a delivery
    said. Either is null where it cannot be read from the log any more.
    """

    position: int
    client_id: UUID
    work_order_id: int | None
    activity_id: int | None
    name: str
    recorded_at: datetime
    verdict: str | None
    changes: list[ChangeDocument] | None
    state: dict[str, Any] | UnsetType | None = UNSET
    body: dict[str, Any] | UnsetType | None = UNSET


class EventPage(Struct, frozen=True, rename="pascal"):
    """Some events, in order; `Next` is what to ask for as `after` to go on."""

    events: list[EventDocument]
    next: int


def found_document(
    found: FoundActivity, states: Mapping[int, WorkOrder], preferred: str | None
) -> FoundDocument:
    """Return a row of the search as its document, with its state if there is one.

    The state is shown as the preferred sender has it.
    """
    state = states.get(found.work_order_id)
    is_known = found.status is not None or found.extended_status is not None
    return FoundDocument(
        client_id=found.client_id,
        work_order_id=found.work_order_id,
        activity_id=found.activity_id,
        version=found.version,
        position=found.position,
        number=found.number,
        purchase_number=found.purchase_number,
        status=StatusDocument(found.status, found.extended_status) if is_known else None,
        trade=found.trade,
        priority=found.priority,
        location_id=found.location_id,
        location_name=found.location_name,
        scheduled_date=found.scheduled,
        overdue=found.is_overdue,
        recorded_at=found.recorded_at,
        reported_at=found.reported_at,
        state=UNSET if state is None else as_document(state, preferred),
    )


def event_document(item: FeedItem, include: Included | None) -> EventDocument:
    """Return an item of the feed as its document."""
    changes: Any = item.changes
    included: Any = item.included
    return EventDocument(
        position=item.position,
        client_id=item.client_id,
        work_order_id=item.work_order_id,
        activity_id=item.activity_id,
        name=item.name,
        recorded_at=item.recorded_at,
        verdict=item.verdict,
        changes=changes,
        state=included if include == "state" else UNSET,
        body=included if include == "body" else UNSET,
    )
