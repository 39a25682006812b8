"""Putting on record what was fetched from a sender, some hundred records at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from msgspec import Struct

from application.entries import Entry
from application.fetched import (
    AsOfInFutureError,
    Fetched,
    FileRecord,
    RecordProblem,
    fetched,
)
from application.journal_writer import JournalWriter
from application.paced import paced
from application.stream_ports import RecordedStreams
from domain.client import Client
from domain.differences import Compared, Fetching, compare
from domain.errors import UnknownSenderError, WorkOrderMovedOnError, WorktrailError
from domain.identity import activity_stream
from domain.metadata import Metadata, SealedContent
from domain.reconciliation import ReconcileWorkOrder, WorkOrderReconciled
from domain.record import RecordedEvent

BATCH: Final = 500
_MOST_BYTES: Final = 4_000_000
_ATTEMPTS: Final = 20
"""At a work order of which something is recorded every time that it was looked at."""

Told: TypeAlias = Mapping[int, Sequence[WorkOrderReconciled]]
"""Records by their work order."""


class UnnamedSenderError(WorktrailError):
    """A client has several senders, and whose facts a file has is not said."""

    def __init__(self, senders: Iterable[str]) -> None:
        super().__init__(
            f"Say with --sender from whose account this is: {' or '.join(sorted(senders))}."
        )


class Reconciled(Struct, frozen=True):
    """What the records of a work order came to."""

    work_order_id: int
    records: int
    compared: Compared


class ReportImport:
    """Reconciles a client's work orders with what their sender says of them."""

    def __init__(
        self,
        writer: JournalWriter,
        streams: RecordedStreams,
        now: Callable[[], datetime],
        rest: Callable[[float], object],
    ) -> None:
        """`rest` waits for so many seconds."""
        self._writer = writer
        self._streams = streams
        self._now = now
        self._rest = rest

    def read(
        self,
        records: Iterable[FileRecord | RecordProblem],
        file_digest: bytes,
        as_of: datetime | None,
    ) -> tuple[list[Fetched], list[RecordProblem]]:
        """Return what records say, and what is wrong with which.

        `as_of` is when a record that does not say it was so. Raises `AsOfInFutureError`.
        """
        if as_of is not None and as_of > self._now():
            raise AsOfInFutureError(as_of)
        return fetched(records, file_digest, as_of)

    def origin(self, client: Client, sender: str | None, actor: str) -> Metadata:
        """Return on whose behalf records come: of the client's only sender, unless it is named.

        Raises `UnknownSenderError` and `UnnamedSenderError`.
        """
        if sender is None and len(client.senders) > 1:
            raise UnnamedSenderError(client.senders)
        if sender is not None and sender not in client.senders:
            raise UnknownSenderError(sender)
        return Metadata("import", sender=sender or next(iter(client.senders), None), actor=actor)

    def differences(
        self, client: Client, told: Sequence[Fetched], origin: Metadata
    ) -> Iterator[Reconciled]:
        """Return what reconciling would come to, work order by work order; nothing is changed.

        Raises `StorageUnavailableError`.
        """
        for batch in _batches(told):
            found = self._compared(client, batch, origin, self._now())
            for work_order_id, compared in found.items():
                yield Reconciled(work_order_id, len(batch[work_order_id]), compared)

    def reconcile(
        self, client: Client, told: Sequence[Fetched], origin: Metadata
    ) -> Iterator[Reconciled]:
        """Put on record what is news, and return what it came to, work order by work order.

        What is on record already stays as it is, so whoever was interrupted begins again. Raises
        `WorkOrderMovedOnError` where one never stands still, and `StorageUnavailableError`.
        """
        for batch in paced(_batches(told), self._rest):
            yield from self._reconciled(client, batch, origin)

    def _reconciled(self, client: Client, batch: Told, origin: Metadata) -> Iterator[Reconciled]:
        pending = batch
        for _ in range(_ATTEMPTS):
            now = self._now()
            compared = self._compared(client, pending, origin, now)
            entries = [
                Entry(
                    client_id=client.id,
                    work_order_id=work_order_id,
                    command=ReconcileWorkOrder(found.news, found.version, now),
                    arrived_at=now,
                    metadata=origin,
                )
                for work_order_id, found in compared.items()
                if found.news
            ]
            moved = self._write(entries)
            for work_order_id, found in compared.items():
                if work_order_id not in moved:
                    yield Reconciled(work_order_id, len(batch[work_order_id]), found)
            if not moved:
                return
            pending = {work_order_id: batch[work_order_id] for work_order_id in moved}
        raise WorkOrderMovedOnError(next(iter(pending)))

    def _compared(
        self, client: Client, batch: Told, origin: Metadata, now: datetime
    ) -> dict[int, Compared]:
        past: dict[UUID, list[RecordedEvent]] = {
            activity_stream(client.id, work_order_id): [] for work_order_id in batch
        }
        for recorded in self._streams.events(list(past)):
            past[recorded.originator_id].append(recorded)
        return {
            work_order_id: compare(events, records, Fetching(client.id, work_order_id, now, origin))
            for (work_order_id, records), events in zip(batch.items(), past.values(), strict=True)
        }

    def _write(self, entries: Sequence[Entry]) -> list[int]:
        """Return the work orders of which something came since they were looked at."""
        answers = self._writer.write(entries) if entries else []
        moved: list[int] = []
        for entry, answer in zip(entries, answers, strict=True):
            if isinstance(answer, WorkOrderMovedOnError):
                moved.append(entry.work_order_id)
            elif isinstance(answer, Exception):
                raise answer
        return moved


def _batches(told: Iterable[Fetched]) -> Iterator[Told]:
    """Return the records by work order, some hundred at a time; a work order's all in one."""
    by_work_order = defaultdict[int, list[WorkOrderReconciled]](list)
    for one in told:
        by_work_order[one.work_order_id].append(one.told)
    batch: dict[int, Sequence[WorkOrderReconciled]] = {}
    records = size = 0
    for work_order_id, of_work_order in by_work_order.items():
        more = sum(_size(one) for one in of_work_order)
        if batch and (records + len(of_work_order) > BATCH or size + more > _MOST_BYTES):
            yield batch
            batch, records, size = {}, 0, 0
        batch[work_order_id] = of_work_order
        records, size = records + len(of_work_order), size + more
    if batch:
        yield batch


def _size(told: WorkOrderReconciled) -> int:
    content = told.content
    if isinstance(content, SealedContent):
        return len(content.ciphertext)
    return len(content.record) + len(content.facts or b"")
