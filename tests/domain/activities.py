"""An activity's past and its commands, in words: `reported` is on record, `report` is asked for."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from hashlib import sha256
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from application.activity_ids import BatchIds
from application.entries import Entry
from domain import activity as domain
from domain.activity import (
    Activity,
    ActivityEvent,
    ActivityOpened,
    ActivityReleased,
    IdLedger,
    OpenActivity,
    OpeningCause,
    ReleaseActivity,
    ReportContent,
    ReportWorkOrder,
    WorkOrderReported,
    WorkOrderReportRepeated,
    evolve,
)
from domain.metadata import Metadata
from domain.notification import ReportWarning
from domain.reconciliation import ReconciledContent, ReconcileWorkOrder, WorkOrderReconciled
from tests.domain.given import NOON, Given, Past

CLIENT = UUID("7b0f2a4e-5c1d-4f6a-9e3b-2d8c7a6f5e41")
WORK_ORDER, ANOTHER_WORK_ORDER = 190_000_001, 190_000_002
ONE_HOUR = timedelta(hours=1)


class Known(Struct, frozen=True):
    """What a decision knows: the activity, and which ids its client has used and uses."""

    activity: Activity
    ids: IdLedger


ActivityPast: TypeAlias = Past[ActivityEvent]
Decide: TypeAlias = Callable[[Known], Sequence[ActivityEvent]]


def given(
    *past: ActivityPast,
    elsewhere: Iterable[ActivityPast] = (),
    first_id: int = 1,
) -> Given[Known, ActivityEvent]:
    """Fold the past of one work order; `elsewhere` is that of another of the same client."""
    ids = BatchIds({}, {})
    for told in elsewhere:
        ids.follow(_entry(ANOTHER_WORK_ORDER, first_id), told.event)
    for told in past:
        ids.follow(_entry(WORK_ORDER, first_id), told.event)
    return Given(Known(activity_after(past), ids.of(_entry(WORK_ORDER, first_id))))


def activity_after(past: Iterable[ActivityPast], activity: Activity | None = None) -> Activity:
    return reduce(
        lambda known, told: evolve(known, told.event, told.at, told.sender),
        past,
        activity or Activity(),
    )


def reported(
    body: bytes,
    *,
    at: datetime = NOON,
    reported_at: datetime | None = None,
    test: bool = False,
    warnings: tuple[str, ...] = (),
    sender: str = "default",
) -> ActivityPast:
    """A delivery on record; `reported_at` is the time that its body carries, if it carries one."""
    return Past(_told(body, reported_at, test, warnings), at, sender)


def repeated(body: bytes = b"a", *, of: int, at: datetime = NOON) -> ActivityPast:
    return Past(WorkOrderReportRepeated(sha256(body).digest(), of), at)


def reconciled(
    record: bytes, *, reported_at: datetime = NOON, warnings: tuple[str, ...] = ()
) -> ActivityPast:
    """A fetched record on record."""
    return Past(_fetched(record, reported_at, warnings))


def opened(
    activity_id: int, *, cause: OpeningCause = "request", reason: str | None = None
) -> ActivityPast:
    return Past(ActivityOpened(activity_id, cause, reason))


def released(activity_id: int, *, reason: str | None = None) -> ActivityPast:
    return Past(ActivityReleased(activity_id, reason))


def report(
    body: bytes,
    *,
    now: datetime = NOON,
    arrived_at: datetime = NOON,
    reported_at: datetime | None = None,
    test: bool = False,
    warnings: tuple[str, ...] = (),
    window: timedelta = ONE_HOUR,
    policy: bool = False,
    sender: str = "default",
) -> Decide:
    """A delivery to be decided `now`; with `policy` a work order's first one opens an activity."""
    told = _told(body, reported_at, test, warnings)
    command = ReportWorkOrder(told, arrived_at, window, policy)
    return lambda known: domain.report(known.activity, command, sender, known.ids, now)


def reconcile(
    *records: bytes, version: int, reported_at: datetime = NOON, arrived_at: datetime = NOON
) -> Decide:
    """Fetched records, compared with what was on record up to a version."""
    told = tuple(_fetched(record, reported_at, ()) for record in records)
    command = ReconcileWorkOrder(told, version, arrived_at)
    return lambda known: domain.reconcile(known.activity, command, WORK_ORDER)


def open_activity(activity_id: int | None = None, *, reason: str | None = None) -> Decide:
    command = OpenActivity(activity_id, reason)
    return lambda known: domain.open_activity(known.activity, command, known.ids, WORK_ORDER)


def release(activity_id: int, *, reason: str | None = None) -> Decide:
    command = ReleaseActivity(activity_id, reason)
    return lambda known: domain.release(known.activity, command, WORK_ORDER)


def _told(
    body: bytes, reported_at: datetime | None, test: bool, warnings: tuple[str, ...]
) -> WorkOrderReported:
    return WorkOrderReported(
        digest=sha256(body).digest(),
        media_type="application/json",
        content=ReportContent(body, warnings=tuple(ReportWarning(kind) for kind in warnings)),
        reported_at=reported_at,
        verdict="test" if test else "recorded",
        warnings=warnings,
    )


def _fetched(
    record: bytes, reported_at: datetime, warnings: tuple[str, ...]
) -> WorkOrderReconciled:
    return WorkOrderReconciled(
        digest=sha256(record).digest(),
        file_digest=sha256(b"the file").digest(),
        line=1,
        record=1,
        reported_at=reported_at,
        content=ReconciledContent(record, None, tuple(ReportWarning(kind) for kind in warnings)),
        warnings=warnings,
    )


def _entry(work_order_id: int, first_id: int) -> Entry:
    metadata = Metadata("command")
    return Entry(CLIENT, work_order_id, OpenActivity(), NOON, metadata, first_id)
