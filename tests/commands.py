"""Commands to activities, as the door and the command line give them to the journal."""

from datetime import datetime, timedelta
from uuid import UUID

from application.entries import Entry
from domain.activity import OpenActivity, ReleaseActivity, ReportWorkOrder
from domain.metadata import Metadata
from tests.recorded import ARRIVED, report


def reporting(
    client_id: UUID,
    work_order_id: int,
    body: bytes = b"{}",
    *,
    opens: bool = False,
    reported_at: datetime | None = None,
    sender: str = "default",
) -> Entry:
    """Return the command of a webhook; with `opens` the client's policy opens an activity."""
    command = ReportWorkOrder(
        report=report(body, reported_at),
        arrived_at=ARRIVED,
        redelivery_window=timedelta(minutes=60),
        open_on_first_report=opens,
    )
    return Entry(client_id, work_order_id, command, ARRIVED, Metadata("webhook", sender=sender))


def opening(
    client_id: UUID,
    work_order_id: int,
    activity_id: int | None = None,
    reason: str | None = None,
) -> Entry:
    """Return the command of an operator who opens an activity."""
    command = OpenActivity(activity_id, reason)
    return Entry(client_id, work_order_id, command, ARRIVED, Metadata("command", actor="operator"))


def releasing(client_id: UUID, work_order_id: int, activity_id: int) -> Entry:
    """Return the command of an operator who releases an activity."""
    command = ReleaseActivity(activity_id)
    return Entry(client_id, work_order_id, command, ARRIVED, Metadata("command", actor="operator"))
