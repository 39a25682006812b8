"""One work order's life, from the call to the confirmation, as its sender notifies of it."""

from decimal import Decimal
from random import Random

from interfaces.simulator.asides import digress
from interfaces.simulator.company import Company, Provider
from interfaces.simulator.dates import DAY, HOUR, MINUTE, SECOND
from interfaces.simulator.diary import Diary, Moment
from interfaces.simulator.partial_shapes import assigned, visited
from interfaces.simulator.shapes import created
from interfaces.simulator.work_order import WorkOrder
from interfaces.simulator.world import UNFINISHED

LONGEST_LIFE = 12 * DAY
"""No life lasts longer."""

_MOST_RETURN_VISITS = 2


def life(
    company: Company,
    order: WorkOrder,
    draw: Random,
    beside: Provider | None = None,
    *,
    brief: bool = False,
) -> list[Moment]:
    """Play the life of a work order just placed; returns its moments in order of time.

    With `beside`, the account of this provider reports as well. A `brief` one has a single visit
    and no more than one aside.
    """
    diary = Diary(order, draw, beside)
    diary.tell("WorkOrderCreated", created(order), "NEW")
    _find_provider(diary, company)
    digress(diary, at_most=0 if brief else 3)
    if diary.perhaps(0.06):
        diary.wait(HOUR, 6 * HOUR)
        diary.change_status("COMPLETED", "CANCELLED")
        return diary.close()
    _assign_technician(diary)
    for _ in range(0 if brief else draw.randrange(_MOST_RETURN_VISITS + 1)):
        _visit(diary, draw.choice(UNFINISHED))
        digress(diary, at_most=2)
    _visit(diary, None)
    _close(diary)
    return diary.close()


def _find_provider(diary: Diary, company: Company) -> None:
    diary.wait(MINUTE, 2 * HOUR)
    if diary.perhaps(0.15):
        first = diary.order.provider
        diary.change_status("OPEN", "DECLINED")
        _reassign(diary, _another_provider(diary, company))
        if diary.perhaps(0.5):
            _reassign(diary, first)
        diary.wait(MINUTE, 2 * HOUR)
    diary.change_status("IN PROGRESS", "DISPATCH CONFIRMED")


def _another_provider(diary: Diary, company: Company) -> Provider:
    return diary.draw.choice(
        [provider for provider in company.providers if provider != diary.order.provider]
    )


def _reassign(diary: Diary, provider: Provider) -> None:
    diary.wait(MINUTE, 4 * HOUR)
    order = diary.order
    order.provider, order.reassign_date = provider, diary.at
    order.primary, order.extended = "OPEN", None
    diary.change("WorkOrderProviderChanged")


def _assign_technician(diary: Diary) -> None:
    """Assign the technician; one in four is taken off and put on again, with look-alike bodies."""
    dated = diary.perhaps(0.5)

    def tell(event_type: str) -> None:
        diary.wait(MINUTE, HOUR)
        if dated:
            diary.tell(event_type, assigned(diary.order, diary.at))
        else:
            diary.tell_undated(event_type, assigned(diary.order, None))

    tell("WorkOrderTechnicianAssigned")
    if diary.perhaps(0.25):
        tell("WorkOrderTechnicianUnassigned")
        tell("WorkOrderTechnicianAssigned")


def _visit(diary: Diary, unfinished: str | None) -> None:
    """Check in and out; `unfinished` is the extended status of a visit that needs another."""
    diary.wait(HOUR, 30 * HOUR)
    visit_id = diary.draw.randrange(50_000_000, 60_000_000) if diary.perhaps(0.4) else None
    if diary.perhaps(0.7):
        diary.change_status("IN PROGRESS", "ON SITE")
    else:
        diary.order.primary, diary.order.extended = "IN PROGRESS", "ON SITE"
    diary.tell("WorkOrderCheckIn", visited(diary.order, "In", diary.at, visit_id))
    diary.wait(10 * MINUTE, 4 * HOUR)
    if unfinished is None:
        diary.order.completed_date, diary.order.resolution = diary.at, "Repaired"
        diary.change_status("COMPLETED", "PENDING CONFIRMATION" if diary.perhaps(0.7) else None)
    else:
        diary.change_status("IN PROGRESS", unfinished)
    diary.wait(SECOND // 10, SECOND)
    diary.tell("WorkOrderCheckOut", visited(diary.order, "Out", diary.at, visit_id))


def _close(diary: Diary) -> None:
    """End a completed job; one in six is found wanting, goes a step back, and is done again."""
    if diary.perhaps(1 / 6):
        diary.wait(HOUR, 24 * HOUR)
        diary.order.completed_date = diary.order.resolution = None
        diary.order.nte = Decimal("0.0")
        diary.change_status("IN PROGRESS", "UNSATISFACTORY")
        digress(diary, at_most=1)
        _visit(diary, None)
    diary.wait(HOUR, 24 * HOUR)
    diary.change_status("COMPLETED", "CONFIRMED")
    if diary.perhaps(0.2):
        diary.wait(HOUR, 24 * HOUR)
        diary.change_status("COMPLETED", "INVOICED")
