"""What fetched records amount to beside what is on record of their work order."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.document import JsonValue
from domain.history import Known, Told, follow, report_of
from domain.identity import activity_stream
from domain.metadata import Metadata
from domain.notification import Path
from domain.reconciliation import WorkOrderReconciled
from domain.record import RecordedEvent
from domain.work_order import Change, Fact, Report, changes, words_of

_NO_EVENT = UUID(int=0)


class Fetching(Struct, frozen=True):
    """Of which work order records were fetched, when they came in, and on whose behalf."""

    client_id: UUID
    work_order_id: int
    arrived_at: datetime
    metadata: Metadata


class Compared(Struct, frozen=True):
    """What records change: of a stream at this version, of which something was known or not.

    `news` has those that are to be put on record.
    """

    version: int
    was_known: bool
    changes: Sequence[Change]
    news: tuple[WorkOrderReconciled, ...]


def compare(
    past: Iterable[RecordedEvent], records: Sequence[WorkOrderReconciled], fetching: Fetching
) -> Compared:
    """Compare records, in order, with a work order's stream.

    Put on record is what changes a word of its sender, and what is later than all that this one
    said, so that a report which comes late does not undo it; what other senders said before is no
    word of this one. A record of it that the stream has already is neither, nor is one that only
    says what another record overruled.
    """
    stream = _Stream(past, records, fetching)
    before = stream.known
    news = tuple(told for told in records if stream.takes(told))
    return Compared(
        version=before.version,
        was_known=bool(before.work_order.facts),
        changes=changes(before.work_order, stream.known.work_order),
        news=news,
    )


_Said: TypeAlias = dict[tuple[Path, datetime], list[JsonValue]]
"""Every value that the sender ever said to be so at a time."""


class _Stream:
    """What is known of the work order, and what is remembered only to compare."""

    def __init__(
        self,
        past: Iterable[RecordedEvent],
        records: Sequence[WorkOrderReconciled],
        fetching: Fetching,
    ) -> None:
        self.known = Known()
        self._fetching = fetching
        self._times: set[datetime | None] = {told.reported_at for told in records}
        self._records: dict[int, WorkOrderReconciled] = {}
        self._said: _Said = {}
        for recorded in past:
            self._follow(recorded)

    def takes(self, told: WorkOrderReconciled) -> bool:
        """Say whether a record is news, and know it from then on."""
        if any(told.says_the_same(earlier) for earlier in self._records.values()):
            return False
        recorded = self._recorded(told)
        report = report_of(recorded)
        if report is None or not self._is_news(report):
            return False
        self._follow(recorded)
        return True

    def _follow(self, recorded: RecordedEvent) -> None:
        named = self._fetching.work_order_id
        self.known = follow(self.known, recorded, opened_on=named).after
        event = recorded.event
        if recorded.metadata.sender != self._fetching.metadata.sender:
            return
        if isinstance(event, WorkOrderReconciled):
            self._records[recorded.originator_version] = event
        # Only what may count at the time of a record is read a second time.
        if isinstance(event, Told) and self._times & {event.reported_at, recorded.arrived_at}:
            report = report_of(recorded)
            if report is not None:
                for path, value in report.facts.items():
                    self._said.setdefault((path, report.effective_at), []).append(value)

    def _recorded(self, told: WorkOrderReconciled) -> RecordedEvent:
        """Return the record as it would be on the stream."""
        fetching = self._fetching
        return RecordedEvent(
            originator_id=activity_stream(fetching.client_id, fetching.work_order_id),
            originator_version=self.known.version + 1,
            client_id=fetching.client_id,
            event_id=_NO_EVENT,
            arrived_at=fetching.arrived_at,
            metadata=fetching.metadata,
            event=told,
            recorded_at=fetching.arrived_at,
        )

    def _is_news(self, report: Report) -> bool:
        words = words_of(self.known.work_order, report.sender)
        latest = max((word.order for word in words.values()), default=None)
        is_later = latest is None or latest[0] < report.effective_at
        return is_later or any(
            self._changes(words.get(path), report, path, value)
            for path, value in report.facts.items()
        )

    def _changes(self, known: Fact | None, report: Report, path: Path, value: JsonValue) -> bool:
        if known is None:
            return True
        if known.value == value or report.order < known.order:
            return False
        # Of two records of the same time the first may not have been put on record, since the
        # sender had said that before: the next time it must not overrule the second.
        overruled = known.order[0] == report.effective_at and known.version in self._records
        return not (overruled and value in self._said.get((path, report.effective_at), ()))
