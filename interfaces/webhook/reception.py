"""Receiving one webhook: from its keys to its verdict, in the contract's order."""

import asyncio
import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from litestar.types import Receive
from msgspec import Struct

from application.batch import Entry, Verdict
from application.front_door import Admission, FrontDoor
from application.journal import Journal
from application.ports import BodyReader, ReadBody
from application.quarantine import Quarantine
from application.traffic import Traffic
from domain.activity import ReportContent, ReportWorkOrder, WorkOrderReported
from domain.client import AttemptsRefused, PingsSeen
from domain.errors import MalformedBodyError, WorktrailError
from domain.metadata import Metadata, SignatureVerdict
from domain.notification import Notification, Subject, read
from domain.quarantine import DeliveryQuarantined, QuarantinedContent, QuarantineReason
from interfaces.webhook.arrival import Arrival
from interfaces.webhook.bodies.media import UnsupportedMediaTypeError, parse
from interfaces.webhook.refusals import (
    BodyTooLargeError,
    DeniedError,
    MethodNotSupportedError,
    read_guid,
)
from interfaces.webhook.request import Headers, read_bytes

AnswerVerdict: TypeAlias = Verdict | Literal["unrelated", "quarantined"]


class Received(Struct, frozen=True):
    """What the sender is told; `problem` where the delivery is on record, but refused."""

    verdict: AnswerVerdict | None = None
    activity_id: int | None = None
    problem: WorktrailError | None = None


class Delivery(Struct, frozen=True):
    """A delivery past the keys."""

    arrival: Arrival
    headers: Headers
    admission: Admission
    body: bytes

    @property
    def client_id(self) -> UUID:
        """The client that the delivery is for."""
        return self.admission.client.id

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the body."""
        return hashlib.sha256(self.body).digest()

    @property
    def metadata(self) -> Metadata:
        """How the delivery came here."""
        return Metadata(
            "webhook",
            sender=self.admission.pair.sender,
            key_id=self.admission.pair.key_id,
            signature=self._signature(),
            delivery_id=self.arrival.delivery_id,
            trace_id=self.headers.trace_id,
            headers=self.headers.kept,
        )

    def _signature(self) -> SignatureVerdict:
        if self.headers.sign_data is None:
            return "unsigned"
        if not self.admission.pair.own_signing_key:
            return "unverifiable"
        key = self.admission.signing_key.encode()
        expected = base64.b64encode(hmac.digest(key, self.body, hashlib.sha256))
        presented = self.headers.sign_data.strip().encode("latin-1")
        return "verified" if hmac.compare_digest(expected, presented) else "mismatch"


class Reception:
    """Takes deliveries in: what it answers is on disk."""

    def __init__(
        self,
        front_door: FrontDoor,
        journal: Journal,
        quarantine: Quarantine,
        traffic: Traffic,
        read_body: BodyReader,
        *,
        most_body_bytes: int,
        redelivery_window: timedelta,
    ) -> None:
        self._front_door = front_door
        self._journal = journal
        self._quarantine = quarantine
        self._traffic = traffic
        self._read_body = read_body
        self._most_body_bytes = most_body_bytes
        self._redelivery_window = redelivery_window

    async def take(self, arrival: Arrival, headers: Headers, receive: Receive) -> Received:
        """Authenticate, read and record a delivery.

        Raises what the table of problems answers; nothing is on record then.
        """
        if arrival.method != "POST":
            raise MethodNotSupportedError(arrival.method)
        if isinstance(arrival.keys, WorktrailError):
            raise arrival.keys
        body = await self._untyped_body(headers, receive)
        client_id = read_guid(arrival.client)
        keys = arrival.keys
        admission = await self._front_door.admit(client_id, keys.access, keys.signing)
        if admission is None:
            if self._front_door.knows(client_id):
                self._traffic.count(client_id, AttemptsRefused)
            raise DeniedError
        if body is None:
            body = await read_bytes(receive, headers, self._most_body_bytes)
        return await self._record(Delivery(arrival, headers, admission, body))

    async def _untyped_body(self, headers: Headers, receive: Receive) -> bytes | None:
        """Return the empty body of an unsupported media type, `None` for a supported one."""
        try:
            parse(headers.content_type or "")
        except UnsupportedMediaTypeError as unsupported:
            if headers.announces_body:
                raise
            try:
                return await read_bytes(receive, headers, 0)
            except BodyTooLargeError:
                raise unsupported from None
        return None

    async def _record(self, delivery: Delivery) -> Received:
        try:
            read_body = self._read_body(delivery.headers.content_type or "", delivery.body)
        except MalformedBodyError as problem:
            await self._set_aside(delivery, "malformed", str(problem))
            return Received("quarantined", problem=problem)
        if read_body.tree is None:
            self._traffic.count(delivery.client_id, PingsSeen)
            return Received()
        notification = read(read_body.tree)
        if notification.subject is Subject.UNRELATED:
            await self._set_aside(delivery, "unrelated", None, notification.event_type)
            return Received("unrelated")
        if notification.work_order_id is None:
            problem_text = "No work order can be read in it."
            await self._set_aside(delivery, "unreadable", problem_text, notification.event_type)
            return Received("quarantined")
        entry = self._entry(delivery, read_body, notification, notification.work_order_id)
        outcome = await self._journal.record(entry)
        return Received(outcome.verdict, outcome.activity_id)

    def _entry(
        self,
        delivery: Delivery,
        read_body: ReadBody,
        notification: Notification,
        work_order_id: int,
    ) -> Entry:
        warnings = notification.warnings
        client = delivery.admission.client
        report = WorkOrderReported(
            digest=delivery.digest,
            media_type=delivery.headers.content_type or "",
            content=ReportContent(delivery.body, read_body.document, warnings),
            event_type=notification.event_type,
            action=notification.action,
            reported_at=notification.reported_at,
            verdict="test" if notification.is_test else "recorded",
            warnings=tuple(dict.fromkeys(warning.kind for warning in warnings)),
        )
        command = ReportWorkOrder(
            report=report,
            arrived_at=delivery.arrival.arrived_at,
            redelivery_window=self._redelivery_window,
            open_on_first_report=client.policy == "on-first-report",
        )
        return Entry(
            client_id=delivery.client_id,
            work_order_id=work_order_id,
            command=command,
            arrived_at=delivery.arrival.arrived_at,
            metadata=delivery.metadata,
            first_activity_id=client.first_activity_id,
        )

    async def _set_aside(
        self,
        delivery: Delivery,
        reason: QuarantineReason,
        problem: str | None,
        event_type: str | None = None,
    ) -> None:
        quarantined = DeliveryQuarantined(
            digest=delivery.digest,
            reason=reason,
            content=QuarantinedContent(delivery.body, problem),
            media_type=delivery.headers.content_type,
            event_type=event_type,
        )
        await asyncio.to_thread(
            self._quarantine.keep,
            delivery.client_id,
            quarantined,
            delivery.metadata,
            delivery.arrival.arrived_at,
        )
