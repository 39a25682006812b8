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
from domain.document import JsonValue, decode
from domain.notification import Path, read
from domain.reconciliation import ReconciledContent, WorkOrderReconciled
from domain.record import RecordedEvent
from domain.some_facts import Wanted, some_facts, work_order_id_of
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
    if isinstance(told, WorkOrderReported) and told.verdict == "test":
        return None
    if not isinstance(told, Told) or not isinstance(told.content, Content):
        return None
    return Report(
        version=recorded.originator_version,
        arrived_at=recorded.arrived_at,
        reported_at=told.reported_at,
        sender=recorded.metadata.sender,
        facts=_facts(told.content, wanted),
    )


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
            report = report_of(recorded, wanted)
            if report and (effective_at is None or report.effective_at <= effective_at):
                late = is_late(known.work_order, report)
                after = _reported(known, report, recorded, event)
            else:
                after = _unreported(known, version, event)
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


def _reported(known: Known, report: Report, recorded: RecordedEvent, told: Told) -> Known:
    named = known.work_order_id
    return Known(
        version=report.version,
        work_order_id=_work_order_id(told) if named is None else named,
        activity_id=known.activity_id,
        reported_at=recorded.recorded_at,
        work_order=fold(known.work_order, report),
        was_opened=known.was_opened,
    )


def _unreported(known: Known, version: int, told: Told) -> Known:
    named = known.work_order_id
    # A work order that nothing but tests spoke of has its number from them.
    return replace(
        known, version=version, work_order_id=_work_order_id(told) if named is None else named
    )


def _work_order_id(told: Told) -> int | None:
    if not isinstance(told.content, Content):
        return None
    return work_order_id_of(_tree(told.content))


def _facts(content: Content, wanted: Wanted | None) -> dict[Path, JsonValue]:
    if wanted is None:
        return read(_tree(content)).facts
    return {} if wanted.is_nothing else some_facts(_tree(content), wanted)


def _tree(content: Content) -> dict[str, JsonValue]:
    tree = decode(content.notification)
    return tree if isinstance(tree, dict) else {}
