"""Receiving one webhook: from its keys to its verdict, in the contract's order."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from application.deliveries import Delivery, entry_for
from application.entries import Entry, Verdict
from application.front_door import Admission, FrontDoor
from application.journal import Journal
from application.key_uses import KeyUses
from application.ports import BodyReader, UnreadableEventError
from application.quarantine import Quarantine
from application.refused_attempts import RefusedAttempts, TooManyAttemptsError
from application.traffic import Traffic
from domain.activity import ReportWorkOrder
from domain.client import AttemptsRefused, PingsSeen
from domain.errors import MalformedBodyError, WorktrailError
from domain.metadata import Metadata
from domain.notification import Subject
from domain.quarantine import DeliveryQuarantined, QuarantinedContent, QuarantineReason
from domain.turned_away import DeliveriesTurnedAway
from interfaces.guid import NotAGuidError, read_guid
from interfaces.webhook.arrival import Arrival
from interfaces.webhook.asides import Asides
from interfaces.webhook.bodies.media import UnsupportedMediaTypeError, parse
from interfaces.webhook.deadlines import Deadlines
from interfaces.webhook.held_bodies import MOST_HELD_BYTES, HeldBodies, Hold
from interfaces.webhook.keys import PresentedKeys
from interfaces.webhook.refusals import (
    BodyTooLargeError,
    DeniedError,
    MethodNotSupportedError,
    UnsupportedEncodingError,
)
from interfaces.webhook.request import Headers, Incoming, read_bytes
from interfaces.webhook.signature import signature_verdict

_LARGE_BODY_BYTES: Final = 256 * 1024
"""Reading a larger body takes so long that the others must not wait for it.

It also takes many times its size, so that only one such body is read at a time.
"""

_PROBES: Final = frozenset({"GET", "HEAD"})
"""By which senders, too, find out whether somebody is there."""

_log = logging.getLogger(__name__)

AnswerVerdict: TypeAlias = Verdict | Literal["unrelated", "quarantined"]


class Received(Struct, frozen=True):
    """What the sender is told; `problem` where the delivery is on record, but refused.

    An empty body has no media type, whatever its header says.
    """

    verdict: AnswerVerdict | None = None
    activity_id: int | None = None
    problem: WorktrailError | None = None
    empty: bool = False


class Reception:
    """Takes deliveries in: what it answers is on disk."""

    def __init__(
        self,
        front_door: FrontDoor,
        journal: Journal,
        quarantine: Quarantine,
        traffic: Traffic,
        refused_attempts: RefusedAttempts,
        key_uses: KeyUses,
        read_body: BodyReader,
        *,
        most_body_bytes: int,
        redelivery_window: timedelta,
    ) -> None:
        self._front_door = front_door
        self._journal = journal
        self._quarantine = quarantine
        self._traffic = traffic
        self._refused_attempts = refused_attempts
        self._key_uses = key_uses
        self._read_body = read_body
        self._most_body_bytes = most_body_bytes
        self._redelivery_window = redelivery_window
        self._deadlines = Deadlines()
        self._held = HeldBodies(max(MOST_HELD_BYTES, most_body_bytes))
        self._large_bodies = ThreadPoolExecutor(1, "large-body")
        self._asides = Asides()

    async def take(self, arrival: Arrival, incoming: Incoming) -> Received:
        """Authenticate, read and record a delivery.

        Raises what the table of problems answers; nothing is on record then, except that past its
        deadline (`TimeoutError`) it may be, or come to be.
        """
        if arrival.method != "POST":
            if arrival.method in _PROBES and (admission := self._recognised(arrival)):
                self._key_uses.used(admission.pair.key_id, arrival.arrived_at)
                self._traffic.count(admission.client.id, PingsSeen, admission.pair.sender)
            raise MethodNotSupportedError(arrival.method)
        if isinstance(arrival.keys, WorktrailError):
            with suppress(NotAGuidError):
                self._note_refused(read_guid(arrival.client), arrival.source)
            raise arrival.keys
        with self._deadlines.until(arrival.deadline), self._held.of_one_request() as hold:
            delivery = await self._delivery(arrival, arrival.keys, incoming, hold)
            return await self._record(delivery)

    def note_turned_away(self, arrival: Arrival) -> None:
        """Count a delivery for which there was no answer that the sender could be content with."""
        if admission := self._recognised(arrival):
            self._traffic.count(admission.client.id, DeliveriesTurnedAway)

    def note_not_taken(self, arrival: Arrival) -> None:
        """Count a delivery that was refused for its body, of which nothing is kept."""
        if admission := self._recognised(arrival):
            self._traffic.count(admission.client.id, AttemptsRefused, arrival.source)

    def _note_refused(self, client_id: UUID, source: str) -> None:
        """Count an attempt that is refused for its keys; a stranger's have no record."""
        if self._front_door.knows(client_id):
            self._traffic.count(client_id, AttemptsRefused, source)

    def _recognised(self, arrival: Arrival) -> Admission | None:
        """Return who calls, of those already known: nothing is read for what is refused anyway."""
        if isinstance(arrival.keys, WorktrailError):
            return None
        try:
            client_id = read_guid(arrival.client)
        except NotAGuidError:
            return None
        keys = arrival.keys
        return self._front_door.recognise(client_id, keys.access, keys.signing, arrival.arrived_at)

    async def _delivery(
        self, arrival: Arrival, keys: PresentedKeys, incoming: Incoming, hold: Hold
    ) -> Delivery:
        headers = incoming.headers
        unsupported = _unsupported(headers)
        body = await self._empty_body(unsupported, incoming, hold) if unsupported else None
        client_id = read_guid(arrival.client)
        moment = arrival.arrived_at
        admission = self._front_door.recognise(client_id, keys.access, keys.signing, moment)
        if admission is None:
            admission = await self._admit(client_id, keys, arrival)
        self._key_uses.used(admission.pair.key_id, moment)
        if body is None:
            body = await read_bytes(incoming, self._most_body_bytes, hold)
        metadata = _metadata(arrival, headers, admission, body)
        self._check_signature(admission, metadata, arrival.source)
        return Delivery(
            client=admission.client,
            body=body,
            media_type=headers.content_type,
            arrived_at=arrival.arrived_at,
            metadata=metadata,
        )

    def _check_signature(self, admission: Admission, metadata: Metadata, source: str) -> None:
        if metadata.signature == "mismatch":
            # The sender may have regenerated its key while its address still holds the old one.
            _log.warning("Delivery %s is signed with another key", metadata.delivery_id)
        if admission.client.rules.require_signature and metadata.signature != "verified":
            self._traffic.count(admission.client.id, AttemptsRefused, source)
            raise DeniedError

    async def _empty_body(
        self, unsupported: WorktrailError, incoming: Incoming, hold: Hold
    ) -> bytes:
        """Return the body, of which it does not matter what it is in if it is empty."""
        if incoming.headers.announces_body:
            raise unsupported
        try:
            return await read_bytes(incoming, 0, hold)
        except BodyTooLargeError:
            raise unsupported from None

    async def _admit(self, client_id: UUID, keys: PresentedKeys, arrival: Arrival) -> Admission:
        admission = await self._front_door.admit(
            client_id, keys.access, keys.signing, arrival.arrived_at
        )
        if admission is None:
            self._note_refused(client_id, arrival.source)
            if not self._refused_attempts.has_room_for(arrival.source):
                raise TooManyAttemptsError
            raise DeniedError
        return admission

    async def _record(self, delivery: Delivery) -> Received:
        try:
            small = len(delivery.body) < _LARGE_BODY_BYTES
            understood = self._understand(delivery) if small else await self._read_aside(delivery)
        except MalformedBodyError as problem:
            # Its frames would keep the body in memory long after the answer.
            problem.__context__ = problem.__traceback__ = None
            await self._set_aside(delivery, _quarantined(delivery, "malformed", str(problem)))
            refused = delivery.client.rules.refuse_malformed
            return Received("quarantined", problem=problem if refused else None)
        if understood is None:
            self._traffic.count(delivery.client.id, PingsSeen, delivery.metadata.sender or "")
            return Received(empty=not delivery.body)
        if isinstance(understood, DeliveryQuarantined):
            await self._set_aside(delivery, understood)
            return Received("unrelated" if understood.reason == "unrelated" else "quarantined")
        try:
            outcome = await self._journal.record(understood)
        except UnreadableEventError as unreadable:
            # The sender soon gives up, and when somebody mends the stream nobody knows.
            _log.error("Delivery %s is set aside: %s", delivery.metadata.delivery_id, unreadable)
            why, event_type = str(unreadable), _event_type(understood)
            await self._set_aside(
                delivery, _quarantined(delivery, "unreadable-stream", why, event_type)
            )
            return Received("quarantined")
        return Received(outcome.verdict, outcome.activity_id)

    async def _read_aside(self, delivery: Delivery) -> Entry | DeliveryQuarantined | None:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._large_bodies, self._understand, delivery)

    def _understand(self, delivery: Delivery) -> Entry | DeliveryQuarantined | None:
        """Return what is to be put on record of a delivery, `None` of one that says nothing.

        What a body was read into takes many times its room, and is gone when this returns.
        """
        read_body = self._read_body(delivery.media_type or "", delivery.body)
        told = read_body.gist
        if told is None:
            return None
        event_type, work_order_id = told.event_type, told.work_order_id
        if told.subject is Subject.UNRELATED:
            return _quarantined(delivery, "unrelated", None, event_type)
        if work_order_id is None:
            problem = "No work order can be read in it."
            return _quarantined(delivery, "unreadable", problem, event_type)
        window = self._redelivery_window
        return entry_for(delivery, told, work_order_id, read_body.document, window)

    async def _set_aside(self, delivery: Delivery, quarantined: DeliveryQuarantined) -> None:
        await self._asides.keep(
            partial(
                self._quarantine.keep,
                delivery.client.id,
                quarantined,
                delivery.metadata,
                delivery.arrived_at,
            )
        )


def _unsupported(headers: Headers) -> WorktrailError | None:
    try:
        headers.check_encoding()
        parse(headers.content_type or "")
    except (UnsupportedMediaTypeError, UnsupportedEncodingError) as unsupported:
        return unsupported
    return None


def _quarantined(
    delivery: Delivery, reason: QuarantineReason, problem: str | None, event_type: str | None = None
) -> DeliveryQuarantined:
    return DeliveryQuarantined(
        digest=delivery.digest,
        reason=reason,
        content=QuarantinedContent(delivery.body, problem),
        media_type=delivery.media_type,
        event_type=event_type,
    )


def _event_type(entry: Entry) -> str | None:
    command = entry.command
    return command.report.event_type if isinstance(command, ReportWorkOrder) else None


def _metadata(arrival: Arrival, headers: Headers, admission: Admission, body: bytes) -> Metadata:
    return Metadata(
        "webhook",
        sender=admission.pair.sender,
        key_id=admission.pair.key_id,
        signature=signature_verdict(admission, body, headers.sign_data),
        delivery_id=arrival.delivery_id,
        trace_id=headers.trace_id,
        headers=headers.kept,
    )
