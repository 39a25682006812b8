"""An activity's stream told as history: what each event changed, and what was known after it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from domain.activity import (
    ActivityOpened,
    ActivityReleased,
    ReportContent,
    WorkOrderReported,
)
from domain.reconciliation import ReconciledContent, WorkOrderReconciled
from domain.record import RecordedEvent
from domain.said import Said, said
from domain.some_facts import Wanted
from domain.work_order import Change, Report, WorkOrder, changes, fold, is_late

Told: TypeAlias = WorkOrderReported | WorkOrderReconciled
"""The events that say something of the work order."""

Content: TypeAlias = ReportContent | ReconciledContent


class Known(Struct, frozen=True, gc=False):
    """What is known of an activity and its work order at one version of the stream.

    `work_order_id` is the sender's, `None` until an event names it; `reported_at` is when the last
    report was recorded, test notifications apart. `was_opened` stays true when it is released.
    """

    version: int = 0
    work_order_id: int | None = None
    activity_id: int | None = None
    reported_at: datetime | None = None
    work_order: WorkOrder = WorkOrder()
    was_opened: bool = False


class Moment(Struct, frozen=True, gc=False):
    """One event of the stream, whether it came late, and what was known before and after it."""

    recorded: RecordedEvent
    late: bool
    before: Known
    after: Known

    @property
    def changes(self) -> list[Change]:
        """What the event changed of the work order."""
        # Not every reader asks, and to compare two states costs more than to have them.
        return changes(self.before.work_order, self.after.work_order)


class History(Struct, frozen=True):
    """What is known of a work order and how it came to be known."""

    version: int
    activity_id: int | None
    work_order: WorkOrder
    moments: list[Moment]


def report_of(recorded: RecordedEvent, wanted: Wanted | None = None) -> Report | None:
    """Return what a delivery or a fetched record says of its work order, or what is wanted of it.

    `None` for every other event, for a test notification, and for content that cannot be read
    because it is sealed.
    """
    told = recorded.event
    return _report(recorded, told, _said(told, wanted)) if isinstance(told, Told) else None


def follow(
    known: Known,
    recorded: RecordedEvent,
    effective_at: datetime | None = None,
    opened_on: int | None = None,
    wanted: Wanted | None = None,
) -> Moment:
    """Fold the stream's next event in; of a report, all or only what is wanted.

    With `effective_at` only what was reported up to then counts. An opening does not say on which
    work order it was: `opened_on` does, where no report came before it.
    """
    version, event = recorded.originator_version, recorded.event
    late = False
    match event:
        case WorkOrderReported() | WorkOrderReconciled():
            heard = _said(event, wanted)
            report = _report(recorded, event, heard)
            if report and (effective_at is None or report.effective_at <= effective_at):
                late = is_late(known.work_order, report)
                after = _reported(known, report, recorded, heard)
            else:
                after = _unreported(known, version, heard)
        case ActivityOpened():
            named = opened_on if known.work_order_id is None else known.work_order_id
            after = replace(
                known,
                version=version,
                work_order_id=named,
                activity_id=event.activity_id,
                was_opened=True,
            )
        case ActivityReleased():
            after = replace(known, version=version, activity_id=None)
        case _:
            after = replace(known, version=version)
    return Moment(recorded, late, known, after)


def tell(events: Iterable[RecordedEvent], effective_at: datetime | None = None) -> History:
    """Fold a stream's events, in order; with `effective_at` only what was reported up to then."""
    known = Known()
    moments: list[Moment] = []
    for recorded in events:
        moment = follow(known, recorded, effective_at)
        moments.append(moment)
        known = moment.after
    return History(known.version, known.activity_id, known.work_order, moments)


def _report(recorded: RecordedEvent, told: Told, heard: Said | None) -> Report | None:
    is_test = isinstance(told, WorkOrderReported) and told.verdict == "test"
    if heard is None or is_test:
        return None
    return Report(
        version=recorded.originator_version,
        arrived_at=recorded.arrived_at,
        reported_at=told.reported_at,
        sender=recorded.metadata.sender,
        facts=heard.facts,
    )


def _reported(known: Known, report: Report, recorded: RecordedEvent, heard: Said | None) -> Known:
    return Known(
        version=report.version,
        work_order_id=_named(known, heard),
        activity_id=known.activity_id,
        reported_at=recorded.recorded_at,
        work_order=fold(known.work_order, report),
        was_opened=known.was_opened,
    )


def _unreported(known: Known, version: int, heard: Said | None) -> Known:
    # A work order that nothing but tests spoke of has its number from them.
    return replace(known, version=version, work_order_id=_named(known, heard))


def _named(known: Known, heard: Said | None) -> int | None:
    if known.work_order_id is not None or heard is None:
        return known.work_order_id
    return heard.work_order_id


def _said(told: Told, wanted: Wanted | None) -> Said | None:
    """Return what a report or a record says, `None` where it is sealed."""
    content = told.content
    return said(content.notification, wanted) if isinstance(content, Content) else None
