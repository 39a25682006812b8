"""Bodies that are no part of a work order's life: the test button, invoices, proposals."""

from decimal import Decimal
from typing import Literal

from domain.document import encode
from interfaces.simulator.company import Company
from interfaces.simulator.dates import DAY, Instant, in_utc, with_offset
from interfaces.simulator.shapes import Payload, offset_date, parties
from interfaces.simulator.work_order import WorkOrder

TEST_WORK_ORDER_ID = 84_409_626
"""The id in every notification of the sender's test button, whoever presses it."""

PING = b""
"""What the sender's Ping URL button posts."""

_TEST_OFFSET_HOURS = -4


def button_pressed(company: Company, at: Instant) -> bytes:
    """Return what the test button posts: always the same work order, with fresh dates."""
    scheduled = at + 30 * DAY
    subject: Payload = {
        "Id": TEST_WORK_ORDER_ID,
        "Number": str(TEST_WORK_ORDER_ID),
        "PurchaseNumber": str(TEST_WORK_ORDER_ID),
        "SubscriberId": company.subscriber_id,
        "ProviderId": company.providers[0].id,
        "LocationId": 1_200_000_003,
        "Status": {"Primary": "OPEN"},
        "CreatedBy": "TestUserName",
        "CallDate": in_utc(at),
        "CallDate_DTO": with_offset(at, _TEST_OFFSET_HOURS),
        "Priority": "Normal",
        "Trade": "DOORS",
        "ScheduledDate": in_utc(scheduled),
        "ScheduledDate_DTO": with_offset(scheduled, _TEST_OFFSET_HOURS),
        "Description": "Grinding noise",
        "Category": "REPAIR",
        "CurrencyAlphabeticalCode": "USD",
        "ProblemCode": "Noisy",
        "Source": "WebhookTest",
    }
    return encode(
        {
            "Object": subject,
            "EventType": "WorkOrderCreated",
            "Type": "WoRootNotification",
            "Action": "NEW",
            "Version": 1,
        }
    )


def unrelated(
    order: WorkOrder,
    event_type: Literal["InvoiceCreated", "ProposalStatusChanged"],
    number: int,
    at: Instant,
) -> bytes:
    """Return a notification about another object type, as it arrives in the same stream."""
    invoice = event_type == "InvoiceCreated"
    subject: Payload = {
        "Id": number,
        "Number": f"{'INV' if invoice else 'PR'}-{number}",
        "WoTrackingNumber": order.id,
        **parties(order),
        "Status": "Open" if invoice else "Approved",
        "Total": order.nte + Decimal("12.5"),
        "UpdatedDate_DTO": offset_date(order, at),
    }
    return encode(
        {
            "Object": subject,
            "EventType": event_type,
            "Type": "GenericRootNotification",
            "Action": "NEW" if invoice else "UPDATE",
            "Version": 1,
        }
    )
