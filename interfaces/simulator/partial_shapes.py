"""Bodies that carry only a part of the work order.

Source: deliveries captured in 2024 (stars) and models generated from the vendor's samples.
"""

from typing import Literal

from domain.document import JsonValue
from interfaces.simulator.dates import Instant, in_utc
from interfaces.simulator.shapes import (
    Payload,
    offset_date,
    parties,
    status,
    user,
)
from interfaces.simulator.work_order import WorkOrder


def starred(order: WorkOrder, at: Instant) -> Payload:
    """Return the object of a star event: eight members, no status."""
    return {
        "Id": order.id,
        **parties(order),
        "Trade": order.job.trade,
        "Category": order.category,
        "UpdatedBy": user(order, order.technician),
        "UpdatedDate_DTO": offset_date(order, at),
    }


def labelled(order: WorkOrder, label: JsonValue, at: Instant) -> Payload:
    """Return the object of a label event: the label that was added or deleted."""
    return {
        "Id": order.id,
        **parties(order),
        "Labels": [label],
        "UpdatedDate_DTO": offset_date(order, at),
    }


def linked(order: WorkOrder, others: list[JsonValue], *, unlinked: bool) -> Payload:
    """Return the object of a link event: it names the work order otherwise and bears no date."""
    return {
        "WorkOrderId": order.id,
        "LinkedWorkOrdersIds": others,
        "UnlinkLinkedWorkOrders": unlinked,
        "User": user(order, order.dispatcher),
    }


def assigned(order: WorkOrder, at: Instant | None) -> Payload:
    """Return the object of a technician event.

    Without `at` it bears no date, so that a second assignment of the same technician has the same
    bytes as the first.
    """
    subject: Payload = {
        "Id": order.id,
        **parties(order),
        "Technician": {
            "Id": order.technician.id,
            "AuthUserId": order.technician.id % 100_000,
        },
    }
    if at is not None:
        subject["UpdatedDate_DTO"] = offset_date(order, at)
    return subject


def visited(
    order: WorkOrder, direction: Literal["In", "Out"], at: Instant, visit_id: int | None
) -> Payload:
    """Return the object of a check-in or check-out; its `Id`, where it has one, is the visit's."""
    own: Payload = {} if visit_id is None else {"Id": visit_id}
    return {
        "CheckInNotes": {
            "AllTechniciansCheckedOut": "",
            "OutsideOperationalHours": "",
            "OutsideAcceptableTimeframe": "",
        },
        **own,
        **parties(order),
        "CheckinAction": 0 if direction == "In" else 1,
        "WorkOrderId": order.id,
        "Date": in_utc(at),
        "DateDTO": offset_date(order, at),
        "User": user(order, order.technician),
        "CallerId": "GPS",
        "Action": f"Check {direction}",
        "WorkType": "Repair",
        "WorkorderStatus": status(order),
        "ProviderName": order.provider.name,
        "Trade": order.job.trade,
        "Category": order.category,
        "Source": "Mobile",
        "TradeId": 12,
        "TechsCount": 1,
    }
