"""From a body that was read to the command that puts it on record."""

import hashlib
from datetime import datetime, timedelta

from msgspec import Struct

from application.entries import Entry
from domain.activity import ReportContent, ReportWorkOrder, WorkOrderReported
from domain.client import Client
from domain.gist import Gist
from domain.metadata import Metadata


class Delivery(Struct, frozen=True):
    """A body that reached us for a client, whatever is in it; `media_type` is as it arrived."""

    client: Client
    body: bytes
    media_type: str | None
    arrived_at: datetime
    metadata: Metadata

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the body."""
        return hashlib.sha256(self.body).digest()


def entry_for(
    delivery: Delivery,
    gist: Gist,
    work_order_id: int,
    document: bytes | None,
    redelivery_window: timedelta,
) -> Entry:
    """Return the command that reports the work order, as the journal takes it.

    `document` renders the body in the contract's member names where it is not that itself.
    """
    warnings = gist.warnings
    report = WorkOrderReported(
        digest=delivery.digest,
        media_type=delivery.media_type or "",
        content=ReportContent(delivery.body, document, warnings),
        event_type=gist.event_type,
        action=gist.action,
        reported_at=gist.reported_at,
        verdict="test" if gist.is_test else "recorded",
        warnings=tuple(dict.fromkeys([warning.kind for warning in warnings])),
    )
    command = ReportWorkOrder(
        report=report,
        arrived_at=delivery.arrived_at,
        redelivery_window=redelivery_window,
        open_on_first_report=delivery.client.policy == "on-first-report",
    )
    return Entry(
        client_id=delivery.client.id,
        work_order_id=work_order_id,
        command=command,
        arrived_at=delivery.arrived_at,
        metadata=delivery.metadata,
        first_activity_id=delivery.client.first_activity_id,
    )
