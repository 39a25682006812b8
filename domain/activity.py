"""The activity that follows one work order: its events, and the little state its decisions need."""

from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Literal, Protocol, TypeAlias, TypeVar

from msgspec import Struct, structs

from domain.errors import (
    ActivityAlreadyOpenError,
    ActivityIdRangeError,
    ActivityIdsExhaustedError,
    ActivityIdTakenError,
    ActivityNotOpenError,
    WorkOrderMovedOnError,
)
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from domain.metadata import SealedContent
from domain.notification import ReportWarning
from domain.reconciliation import ReconciledContent, ReconcileWorkOrder, WorkOrderReconciled

ReportVerdict: TypeAlias = Literal["recorded", "test"]
OpeningCause: TypeAlias = Literal["request", "policy"]


class ReportContent(Struct, frozen=True, omit_defaults=True):
    """What a delivery said: the bytes exactly as they arrived.

    `document` is the same notification as UTF-8 JSON in the contract's member names; absent where
    the body itself is that.
    """

    body: bytes
    document: bytes | None = None
    warnings: tuple[ReportWarning, ...] = ()

    @property
    def notification(self) -> bytes:
        """The notification as UTF-8 JSON in the contract's member names."""
        return self.body if self.document is None else self.document


class WorkOrderReported(Struct, frozen=True, omit_defaults=True):
    """A delivery reported the work order; `digest` is the SHA-256 of the body, 32 bytes.

    `warnings` names the kinds of what the content's warnings tell in full.
    """

    digest: bytes
    media_type: str
    content: ReportContent | SealedContent
    event_type: str | None = None
    action: str | None = None
    reported_at: datetime | None = None
    verdict: ReportVerdict = "recorded"
    warnings: tuple[str, ...] = ()


class WorkOrderReportRepeated(Struct, frozen=True, omit_defaults=True):
    """The sender delivered again what the report at version `repeats` already said."""

    digest: bytes
    repeats: int


class ActivityOpened(Struct, frozen=True, omit_defaults=True):
    """The activity got the client's integer id and follows the work order from here on."""

    activity_id: int
    cause: OpeningCause
    reason: str | None = None


class ActivityReleased(Struct, frozen=True, omit_defaults=True):
    """The activity no longer follows this work order; its id may be opened on another."""

    activity_id: int
    reason: str | None = None


ActivityEvent: TypeAlias = (
    WorkOrderReported
    | WorkOrderReportRepeated
    | WorkOrderReconciled
    | ActivityOpened
    | ActivityReleased
)

MARK_DIGEST_BYTES, MARK_SENDER_BYTES = 12, 4
MOST_RECENT_REPORTS = 32
RECENT_SPAN = timedelta(hours=24)


class RecentReport(Struct, frozen=True, array_like=True):
    """A report as the same-delivery rule needs it; `mark` says which body came from whom."""

    mark: bytes
    version: int
    recorded_at: datetime
    timed: bool


class Activity(Struct, frozen=True, array_like=True):
    """What an activity's decisions need to know; `activity_id` is the open one.

    `opened_before` stays true after a release. `reports` holds the newest reports, oldest first:
    at most 32, none recorded more than 24 hours before the newest.
    """

    version: int = 0
    activity_id: int | None = None
    opened_before: bool = False
    reports: tuple[RecentReport, ...] = ()


def mark(digest: bytes, sender: str | None) -> bytes:
    """Return the beginning of the body's digest and, in four bytes, which sender delivered it."""
    return digest[:MARK_DIGEST_BYTES] + _sender_mark(sender)


@lru_cache(1_024)
def _sender_mark(sender: str | None) -> bytes:
    return sha256((sender or "").encode()).digest()[:MARK_SENDER_BYTES]


def evolve(
    activity: Activity, event: ActivityEvent, recorded_at: datetime, sender: str | None
) -> Activity:
    """Fold the stream's next event, recorded at `recorded_at`, into the activity.

    `sender` is whoever delivered it, if anybody did.
    """
    version = activity.version + 1
    match event:
        case WorkOrderReported():
            report = RecentReport(
                mark(event.digest, sender),
                version,
                recorded_at,
                event.reported_at is not None,
            )
            recent = [
                earlier
                for earlier in activity.reports[1 - MOST_RECENT_REPORTS :]
                if recorded_at - earlier.recorded_at <= RECENT_SPAN
            ]
            return structs.replace(activity, version=version, reports=(*recent, report))
        case WorkOrderReportRepeated() | WorkOrderReconciled():
            return structs.replace(activity, version=version)
        case ActivityOpened():
            return structs.replace(
                activity, version=version, activity_id=event.activity_id, opened_before=True
            )
        case ActivityReleased():
            return structs.replace(activity, version=version, activity_id=None)


POSSIBLE_REPEAT = "PossibleRepeat"
REPORTED_IN_FUTURE = "ReportedInFuture"
IDS_EXHAUSTED = "ActivityIdsExhausted"


class ReportWorkOrder(Struct, frozen=True):
    """Put a delivery on record; `report` is what it says, before any decision about it."""

    report: WorkOrderReported
    arrived_at: datetime
    redelivery_window: timedelta
    open_on_first_report: bool = False


class OpenActivity(Struct, frozen=True):
    """Open an activity on the work order, under this id or the client's next one."""

    activity_id: int | None = None
    reason: str | None = None


class ReleaseActivity(Struct, frozen=True):
    """Let the activity of this id no longer follow this work order."""

    activity_id: int
    reason: str | None = None


class IdLedger(Protocol):
    """The client's activity ids as the decision finds them."""

    def next_id(self) -> int:
        """Return the client's first id, or one more than the highest ever opened."""

    def holder(self, activity_id: int) -> int | None:
        """Return the work order on which an activity of this id is open."""


def report(
    activity: Activity,
    command: ReportWorkOrder,
    sender: str | None,
    ids: IdLedger,
    now: datetime,
) -> list[ActivityEvent]:
    """Decide what a delivery amounts to: a report, possibly the first, or a repeated one.

    What another sender said already is a report of its own: it is another account's word.
    """
    told = command.report
    earlier = _earlier(activity, mark(told.digest, sender))
    recent = earlier is not None and now - earlier.recorded_at <= command.redelivery_window
    newest = earlier is not None and earlier is _newest(activity, sender)
    if earlier is not None and (newest or (recent and told.reported_at is not None)):
        return [WorkOrderReportRepeated(told.digest, earlier.version)]
    if recent:
        told = warned(told, POSSIBLE_REPEAT)
    if told.reported_at is not None and told.reported_at > command.arrived_at:
        told = warned(told, REPORTED_IN_FUTURE)
    if not command.open_on_first_report or told.verdict == "test" or activity.opened_before:
        return [told]
    next_id = ids.next_id()
    if next_id > HIGHEST_ACTIVITY_ID:
        return [warned(told, IDS_EXHAUSTED)]
    return [told, ActivityOpened(next_id, "policy")]


def reconcile(
    activity: Activity, command: ReconcileWorkOrder, work_order_id: int
) -> list[ActivityEvent]:
    """Decide on fetched records: they are put on record where nothing came since the comparison.

    So a record that was known, or changed nothing, cannot come in a second time, and nothing is
    opened: no delivery was made. Raises `WorkOrderMovedOnError`.
    """
    if activity.version != command.version:
        raise WorkOrderMovedOnError(work_order_id)
    return [
        warned(told, REPORTED_IN_FUTURE) if told.reported_at > command.arrived_at else told
        for told in command.records
    ]


def open_activity(
    activity: Activity, command: OpenActivity, ids: IdLedger, work_order_id: int
) -> list[ActivityEvent]:
    """Decide on an opening; nothing happens where that very activity is open already.

    Raises `ActivityAlreadyOpenError`, `ActivityIdRangeError`, `ActivityIdTakenError` and
    `ActivityIdsExhaustedError`.
    """
    wanted = command.activity_id
    if activity.activity_id is not None:
        if wanted in {None, activity.activity_id}:
            return []
        raise ActivityAlreadyOpenError(work_order_id, activity.activity_id)
    if wanted is None:
        wanted = ids.next_id()
        if wanted > HIGHEST_ACTIVITY_ID:
            raise ActivityIdsExhaustedError
    elif not LOWEST_ACTIVITY_ID <= wanted <= HIGHEST_ACTIVITY_ID:
        raise ActivityIdRangeError(wanted)
    elif (holder := ids.holder(wanted)) is not None:
        raise ActivityIdTakenError(wanted, holder)
    return [ActivityOpened(wanted, "request", command.reason)]


def release(
    activity: Activity, command: ReleaseActivity, work_order_id: int
) -> list[ActivityEvent]:
    """Decide on a release. Raises `ActivityNotOpenError`."""
    if activity.activity_id != command.activity_id:
        raise ActivityNotOpenError(command.activity_id, work_order_id)
    return [ActivityReleased(command.activity_id, command.reason)]


def _earlier(activity: Activity, wanted: bytes) -> RecentReport | None:
    return next((known for known in reversed(activity.reports) if known.mark == wanted), None)


def _newest(activity: Activity, sender: str | None) -> RecentReport | None:
    own = _sender_mark(sender)
    return next((it for it in reversed(activity.reports) if it.mark.endswith(own)), None)


_Warned = TypeVar("_Warned", WorkOrderReported, WorkOrderReconciled)


def warned(told: _Warned, kind: str) -> _Warned:
    """Return the event with one more warning, in the clear part and in the content."""
    content = _warned_content(told.content, kind)
    return structs.replace(told, content=content, warnings=(*told.warnings, kind))


def _warned_content(
    content: ReportContent | ReconciledContent | SealedContent, kind: str
) -> ReportContent | ReconciledContent | SealedContent:
    if isinstance(content, SealedContent):
        return content
    return structs.replace(content, warnings=(*content.warnings, ReportWarning(kind)))
