"""Deciding a batch: commands in order, each seeing what the ones before it decided."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from application.activity_ids import BatchIds
from application.entries import Answer, Entry, Outcome
from application.journal_ports import FoldedStream, LinkChange, LogEnd
from application.ports import UnreadableEventError
from domain.activity import (
    Activity,
    ActivityEvent,
    ActivityOpened,
    ActivityReleased,
    OpenActivity,
    ReleaseActivity,
    ReportWorkOrder,
    WorkOrderReported,
    WorkOrderReportRepeated,
    evolve,
    open_activity,
    reconcile,
    release,
    report,
)
from domain.errors import WorktrailError
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from domain.metadata import Metadata
from domain.reconciliation import ReconcileWorkOrder
from domain.record import RecordedEvent


class Decided(Struct, frozen=True):
    """A batch ready to be appended; one answer for each entry, in order."""

    events: list[RecordedEvent]
    heads: dict[UUID, Activity]
    links: list[LinkChange]
    answers: list[Answer]


def may_mint(entry: Entry, activity: Activity) -> bool:
    """Say whether deciding this entry can ask for the client's next id."""
    match entry.command:
        case ReportWorkOrder(open_on_first_report=opens):
            return opens and not activity.opened_before
        case OpenActivity(activity_id=wanted):
            return wanted is None
        case ReconcileWorkOrder() | ReleaseActivity():
            return False


def wanted_ids(entries: Iterable[Entry]) -> set[tuple[UUID, int]]:
    """Return the (client, activity id) that openings of this batch ask for, and may get."""
    return {
        (entry.client_id, entry.command.activity_id)
        for entry in entries
        if isinstance(entry.command, OpenActivity)
        and entry.command.activity_id is not None
        and LOWEST_ACTIVITY_ID <= entry.command.activity_id <= HIGHEST_ACTIVITY_ID
    }


def decide(
    entries: Sequence[Entry],
    streams: Sequence[UUID],
    activities: Mapping[UUID, FoldedStream],
    ids: BatchIds,
    end: LogEnd,
    new_event_id: Callable[[], UUID],
) -> Decided:
    """Decide the entries, each about its stream, in order.

    A refusal is that entry's answer and leaves no trace, and so is why its stream is unknown.
    """
    decided = Decided([], {}, [], [])
    for entry, stream_id in zip(entries, streams, strict=True):
        activity = decided.heads.get(stream_id) or activities[stream_id]
        if isinstance(activity, UnreadableEventError):
            decided.answers.append(activity)
            continue
        try:
            events = _decide_one(entry, activity, ids, end.recorded_at)
        except WorktrailError as refusal:
            decided.answers.append(refusal)
            continue
        for event in events:
            activity = evolve(activity, event, end.recorded_at, entry.metadata.sender)
            ids.follow(entry, event)
            recorded = RecordedEvent(
                originator_id=stream_id,
                originator_version=activity.version,
                client_id=entry.client_id,
                event_id=new_event_id(),
                arrived_at=entry.arrived_at,
                metadata=_metadata(entry, event),
                event=event,
                recorded_at=end.recorded_at,
                position=end.position + len(decided.events) + 1,
            )
            decided.events.append(recorded)
            if isinstance(event, ActivityOpened | ActivityReleased):
                decided.links.append(_link(entry, event, recorded.position))
        if events:
            decided.heads[stream_id] = activity
        decided.answers.append(_outcome(entry, activity, events))
    return decided


def _decide_one(
    entry: Entry, activity: Activity, ids: BatchIds, now: datetime
) -> list[ActivityEvent]:
    match entry.command:
        case ReportWorkOrder():
            return report(activity, entry.command, entry.metadata.sender, ids.of(entry), now)
        case ReconcileWorkOrder():
            return reconcile(activity, entry.command, entry.work_order_id)
        case OpenActivity():
            return open_activity(activity, entry.command, ids.of(entry), entry.work_order_id)
        case ReleaseActivity():
            return release(activity, entry.command, entry.work_order_id)


def _metadata(entry: Entry, event: ActivityEvent) -> Metadata:
    if isinstance(event, ActivityOpened) and event.cause == "policy":
        # What the policy does, no sender did.
        return structs.replace(entry.metadata, actor="policy")
    return entry.metadata


def _link(entry: Entry, event: ActivityOpened | ActivityReleased, position: int) -> LinkChange:
    return LinkChange(
        client_id=entry.client_id,
        activity_id=event.activity_id,
        work_order_id=entry.work_order_id,
        position=position,
        opened=isinstance(event, ActivityOpened),
    )


def _outcome(entry: Entry, activity: Activity, events: Sequence[ActivityEvent]) -> Outcome:
    command = entry.command
    is_test = isinstance(command, ReportWorkOrder) and command.report.verdict == "test"
    # The sender's test button updates no activity, however often it is pressed.
    activity_id = None if is_test else activity.activity_id
    match events:
        case [WorkOrderReported(verdict="test"), *_]:
            return Outcome(activity_id, activity.version, "test")
        case [WorkOrderReported(), *_]:
            return Outcome(activity_id, activity.version, "recorded")
        case [WorkOrderReportRepeated(), *_]:
            return Outcome(activity_id, activity.version, "repeated")
        case _:
            return Outcome(activity_id, activity.version)
