"""From a record of a file to what it says of which work order, or what is wrong with it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.document import JsonValue
from domain.errors import WorktrailError
from domain.notification import Notification, ReportWarning, read
from domain.reconciliation import ReconciledContent, WorkOrderReconciled

DATED_BY_IMPORT: Final = "DatedByImport"
"""The warning of a record whose time was given with the file, since it says none itself."""


class AsOfInFutureError(WorktrailError):
    """An export cannot have been made yet to come."""

    def __init__(self, as_of: datetime) -> None:
        super().__init__(f"{as_of:%Y-%m-%d %H:%M:%S}Z is yet to come: no export was made then.")
        self.as_of = as_of


class RecordProblem(Struct, frozen=True, order=True):
    """What is wrong with a record, and where it begins: its line and which record it is."""

    line: int
    record: int
    sentence: str


class FileRecord(Struct, frozen=True):
    """A record that could be read.

    `content` is its bytes as they stand in the file, `work_order` the same under the contract's
    names; `document` is that as UTF-8 JSON, `None` where the bytes are it already.
    """

    line: int
    record: int
    content: bytes
    work_order: dict[str, JsonValue]
    document: bytes | None


class Fetched(Struct, frozen=True):
    """What a record says, and of which work order."""

    work_order_id: int
    told: WorkOrderReconciled


def fetched(
    records: Iterable[FileRecord | RecordProblem], file_digest: bytes, as_of: datetime | None
) -> tuple[list[Fetched], list[RecordProblem]]:
    """Return what records say, and what is wrong with which; `as_of` is for those with no time."""
    good: list[Fetched] = []
    problems: list[RecordProblem] = []
    for record in records:
        found = record if isinstance(record, RecordProblem) else _read(record, file_digest, as_of)
        if isinstance(found, RecordProblem):
            problems.append(found)
        else:
            good.append(found)
    return good, problems


def _read(
    record: FileRecord, file_digest: bytes, as_of: datetime | None
) -> Fetched | RecordProblem:
    notification = read({"Object": record.work_order})
    reported_at = notification.reported_at or as_of
    if notification.work_order_id is None:
        return _problem(record, "It has no work order's id that can be read.")
    if reported_at is None:
        return _problem(
            record,
            "It does not say, with an offset, when the work order was last changed: "
            "give the time of the export with --as-of.",
        )
    warnings = notification.warnings + _dated_by(notification)
    return Fetched(
        notification.work_order_id,
        WorkOrderReconciled(
            digest=hashlib.sha256(record.content).digest(),
            file_digest=file_digest,
            line=record.line,
            record=record.record,
            reported_at=reported_at,
            content=ReconciledContent(record.content, record.document, warnings),
            warnings=tuple(dict.fromkeys(warning.kind for warning in warnings)),
        ),
    )


def _dated_by(notification: Notification) -> tuple[ReportWarning, ...]:
    return () if notification.reported_at else (ReportWarning(DATED_BY_IMPORT),)


def _problem(record: FileRecord, sentence: str) -> RecordProblem:
    return RecordProblem(record.line, record.record, sentence)
