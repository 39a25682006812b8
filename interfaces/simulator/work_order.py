"""One work order as the sender's own records have it."""

from decimal import Decimal
from enum import Enum
from random import Random

from msgspec import Struct, field

from domain.document import JsonValue
from interfaces.simulator.company import Company, Provider
from interfaces.simulator.dates import Instant
from interfaces.simulator.world import (
    CALLERS,
    CATEGORIES,
    JOBS,
    PRIORITIES,
    SOURCES,
    Job,
    Priority,
)

_SHARE_IN_GUIDE_FORM = 0.3
_SHARE_OF_RECALLS = 0.05
_OFFSETS = (-4, -5, -7)


class Form(Enum):
    """How an account's notifications are written."""

    GUIDE = "as in the vendor's guide: zone-less local dates, an envelope of two members"
    CURRENT = "as captured in 2024: dates in UTC, an envelope of five members"


class Person(Struct, frozen=True):
    """A user of the sender's system, on the provider's side."""

    id: int
    name: str


class Site(Struct, frozen=True):
    """Where the work is; `offset_hours` is its distance from UTC."""

    id: int
    store: str
    offset_hours: int


class WorkOrder(Struct):
    """A work order; it changes as its life goes on."""

    id: int
    form: Form
    subscriber_id: int
    provider: Provider
    site: Site
    job: Job
    category: str
    caller: str
    source: str
    purchase_number: str
    call_date: Instant
    scheduled_date: Instant
    expiration_date: Instant
    priority: Priority
    description: str
    nte: Decimal
    dispatcher: Person
    technician: Person
    changed_at: Instant
    asset_id: int | None = None
    recall_work_order: int | None = None
    primary: str = "OPEN"
    extended: str | None = None
    reassign_date: Instant | None = None
    completed_date: Instant | None = None
    resolution: str | None = None
    notes: list[JsonValue] = field(default_factory=list)
    labels: list[JsonValue] = field(default_factory=list)
    attachments: list[JsonValue] = field(default_factory=list)


def placed(company: Company, number: int, at: Instant, draw: Random) -> WorkOrder:
    """Return the company's work order of this number as it stands when it is placed."""
    identity = company.first_work_order_id + number
    job, priority = draw.choice(JOBS), draw.choice(PRIORITIES)
    store = draw.randrange(1, 400)
    return WorkOrder(
        id=identity,
        form=Form.GUIDE if draw.random() < _SHARE_IN_GUIDE_FORM else Form.CURRENT,
        subscriber_id=company.subscriber_id,
        provider=draw.choice(company.providers),
        site=Site(2_006_000_000 + store, f"{store:04d}", _OFFSETS[store % len(_OFFSETS)]),
        job=job,
        category=draw.choice(CATEGORIES),
        caller=draw.choice(CALLERS),
        source=draw.choice(SOURCES),
        purchase_number=f"PO-{draw.randrange(10_000)}" if draw.random() < 0.3 else str(identity),
        call_date=at,
        scheduled_date=at + priority.within,
        expiration_date=at + priority.within,
        priority=priority,
        description=job.description,
        nte=Decimal(draw.randrange(250, 2_000, 50)).quantize(Decimal("0.1")),
        dispatcher=Person(1_540_000 + draw.randrange(1_000), "dispatch"),
        technician=Person(4_420_000 + draw.randrange(1_000), "tech"),
        changed_at=at,
        asset_id=draw.randrange(4_000_000, 5_000_000) if draw.random() < 0.6 else None,
        recall_work_order=identity - draw.randrange(number) - 1
        if _is_recall(number, draw)
        else None,
    )


def _is_recall(number: int, draw: Random) -> bool:
    """Draw whether it is the recall of an earlier work order; the first one recalls nothing."""
    return draw.random() < _SHARE_OF_RECALLS and number > 0
