"""An activity's stream told as history: what each event changed, and what was known after it."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from domain.activity import (
    ActivityOpened,
    ActivityReleased,
    ReportContent,
    WorkOrderReported,
)
from domain.document import decode
from domain.notification import read
from domain.record import RecordedEvent
from domain.work_order import Change, Report, WorkOrder, changes, fold, is_late


class Moment(Struct, frozen=True):
    """One event of the stream, whether it came late, and what it changed."""

    recorded: RecordedEvent
    late: bool
    changes: list[Change]


class History(Struct, frozen=True):
    """What is known of a work order and how it came to be known."""

    version: int
    activity_id: int | None
    work_order: WorkOrder
    moments: list[Moment]


def report_of(recorded: RecordedEvent) -> Report | None:
    """Return what a recorded delivery says of its work order.

    `None` for every other event, for a test notification, and for content that cannot be read
    because it is sealed.
    """
    told = recorded.event
    if not isinstance(told, WorkOrderReported) or told.verdict == "test":
        return None
    if not isinstance(told.content, ReportContent):
        return None
    tree = decode(told.content.notification)
    return Report(
        version=recorded.originator_version,
        arrived_at=recorded.arrived_at,
        reported_at=told.reported_at,
        sender=recorded.metadata.sender,
        facts=read(tree).facts if isinstance(tree, dict) else {},
    )


def tell(events: Iterable[RecordedEvent], effective_at: datetime | None = None) -> History:
    """Fold a stream's events, in order; with `effective_at` only what was reported up to then."""
    work_order, activity_id, version = WorkOrder(), None, 0
    moments: list[Moment] = []
    for recorded in events:
        version, event = recorded.originator_version, recorded.event
        before, late = work_order, False
        report = report_of(recorded)
        if report and (effective_at is None or report.effective_at <= effective_at):
            late = is_late(work_order, report)
            work_order = fold(work_order, report)
        elif isinstance(event, ActivityOpened):
            activity_id = event.activity_id
        elif isinstance(event, ActivityReleased):
            activity_id = None
        moments.append(Moment(recorded, late, changes(before, work_order)))
    return History(version, activity_id, work_order, moments)
