"""Looking into the quarantine, and letting deliveries out of it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from uuid import UUID

from msgspec import Struct, structs

from application.aggregates import Aggregates
from application.deliveries import Delivery, entry_for
from application.entries import Entry
from application.journal_writer import JournalWriter
from application.kept_deliveries import KeptDelivery, kept_deliveries
from application.ports import BodyReader, QuarantineEvents, UnreadableEventError
from application.quarantine import fold_quarantine
from domain.activity import WorkOrderReported
from domain.client import Client
from domain.errors import (
    AmbiguousDigestError,
    MalformedBodyError,
    NotQuarantinedError,
    StillUnreadableError,
)
from domain.gist import gist
from domain.identity import quarantine_stream
from domain.metadata import Metadata, SealedContent
from domain.quarantine import (
    QuarantinedDelivery,
    QuarantineEvent,
    discard,
    release,
)
from domain.record import RecordedEvent


class Release(Struct, frozen=True):
    """Where a released delivery stands; `added` is false where its stream had the body already."""

    digest: str
    work_order_id: int
    version: int
    added: bool


class Releases:
    """What an operator does with the quarantine."""

    def __init__(
        self,
        aggregates: Aggregates,
        events: QuarantineEvents,
        writer: JournalWriter,
        read_body: BodyReader,
        redelivery_window: timedelta,
    ) -> None:
        self._aggregates = aggregates
        self._events = events
        self._writer = writer
        self._read_body = read_body
        self._redelivery_window = redelivery_window

    def all(self, client: Client) -> list[KeptDelivery]:
        """Return everything that ever was in a client's quarantine, the earliest first."""
        return kept_deliveries(self._events.of_client(client.id))

    def find(self, client: Client, digest: str) -> KeptDelivery:
        """Return the delivery whose digest begins with these hex digits.

        Raises `NotQuarantinedError` and `AmbiguousDigestError`.
        """
        found = [kept for kept in self.all(client) if kept.digest.startswith(digest.lower())]
        if not found:
            raise NotQuarantinedError(digest)
        if len(found) > 1:
            raise AmbiguousDigestError(digest)
        return found[0]

    def release(self, client: Client, kept: KeptDelivery, actor: str) -> Release:
        """Read a held delivery with today's readers and put it on its work order's stream.

        A body that the stream already has is not added a second time; where it was the stream that
        could not take it, it is then recorded as a repeat. Raises `NotQuarantinedError` and
        `StillUnreadableError`.
        """
        if kept.state != "held":
            raise NotQuarantinedError(kept.digest)
        entry = self._read_again(client, kept, actor)
        try:
            known = self._version_of(entry.stream_id, kept)
            # Killed between the two, a release finds it on the stream when it is given again.
            version = self._add(entry, kept) if known is None else known
        except UnreadableEventError as error:
            raise StillUnreadableError(kept.digest, str(error)) from error
        self._change(client, kept, actor, lambda state: release(state, entry.stream_id, version))
        return Release(kept.digest, entry.work_order_id, version, known is None)

    def discard(self, client: Client, kept: KeptDelivery, reason: str, actor: str) -> None:
        """Hide a held delivery for good; its bytes stay. Raises `NotQuarantinedError`."""
        self._change(client, kept, actor, lambda state: discard(state, reason))

    def _add(self, entry: Entry, kept: KeptDelivery) -> int:
        [answer] = self._writer.write([entry])
        if isinstance(answer, Exception):
            raise answer
        version = self._version_of(entry.stream_id, kept)
        return answer.version if version is None else version

    def _change(
        self,
        client: Client,
        kept: KeptDelivery,
        actor: str,
        decide: Callable[[QuarantinedDelivery], QuarantineEvent],
    ) -> None:
        self._aggregates.change(
            client.id,
            quarantine_stream(client.id, kept.told.digest),
            fold_quarantine,
            lambda delivery: [decide(delivery)],
            Metadata("command", actor=actor),
        )

    def _read_again(self, client: Client, kept: KeptDelivery, actor: str) -> Entry:
        content = kept.told.content
        if isinstance(content, SealedContent):
            raise StillUnreadableError(kept.digest, "its bytes are sealed.")
        try:
            read_body = self._read_body(kept.told.media_type or "", content.body)
        except MalformedBodyError as malformed:
            raise StillUnreadableError(kept.digest, str(malformed)) from malformed
        told = read_body.gist or gist({})
        if told.work_order_id is None:
            raise StillUnreadableError(kept.digest, f"it is about {told.subject.value}.")
        delivery = Delivery(
            client=client,
            body=content.body,
            media_type=kept.told.media_type,
            arrived_at=kept.kept.arrived_at,
            metadata=structs.replace(
                kept.kept.metadata,
                origin="released",
                actor=actor,
                quarantine_event_id=kept.kept.event_id,
            ),
        )
        window, work_order_id = self._redelivery_window, told.work_order_id
        return entry_for(delivery, told, work_order_id, read_body.document, window)

    def _version_of(self, stream_id: UUID, kept: KeptDelivery) -> int | None:
        def version(events: Iterable[RecordedEvent]) -> int | None:
            return next((it.originator_version for it in events if _is_it(it, kept)), None)

        return self._aggregates.read(stream_id, version)


def _is_it(recorded: RecordedEvent, kept: KeptDelivery) -> bool:
    if kept.told.reason == "unreadable-stream":
        # Its body may well have come before: then the journal knows what another arrival is.
        return recorded.metadata.quarantine_event_id == kept.kept.event_id
    event = recorded.event
    return isinstance(event, WorkOrderReported) and event.digest == kept.told.digest
