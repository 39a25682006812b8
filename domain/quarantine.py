"""A delivery kept aside: its bytes are safe, but no stream could take it yet."""

from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct, structs

from domain.errors import NotQuarantinedError
from domain.metadata import SealedContent

QuarantineReason: TypeAlias = Literal["malformed", "unreadable", "unrelated", "unreadable-stream"]
"""Why: with `unreadable-stream` it is the work order's record that cannot be read, not the body."""
QuarantineState: TypeAlias = Literal["held", "released", "discarded"]


class QuarantinedContent(Struct, frozen=True, omit_defaults=True):
    """The bytes exactly as they arrived, and what could not be done with them."""

    body: bytes
    problem: str | None = None


class DeliveryQuarantined(Struct, frozen=True, omit_defaults=True):
    """A delivery was kept aside; `digest` is the SHA-256 of the body, 32 bytes."""

    digest: bytes
    reason: QuarantineReason
    content: QuarantinedContent | SealedContent
    media_type: str | None = None
    event_type: str | None = None


class DeliveryQuarantinedAgain(Struct, frozen=True, omit_defaults=True):
    """The same bytes arrived again and were kept aside again."""

    reason: QuarantineReason


class DeliveryReleased(Struct, frozen=True, omit_defaults=True):
    """The delivery now stands on the stream of this id, at this version."""

    stream_id: UUID
    stream_version: int


class DeliveryDiscarded(Struct, frozen=True, omit_defaults=True):
    """The delivery is hidden; its bytes stay."""

    reason: str


QuarantineEvent: TypeAlias = (
    DeliveryQuarantined | DeliveryQuarantinedAgain | DeliveryReleased | DeliveryDiscarded
)


class QuarantinedDelivery(Struct, frozen=True):
    """One body of one client in quarantine; `arrivals` counts how often it was kept aside."""

    version: int = 0
    digest: bytes = b""
    held: bool = False
    arrivals: int = 0


def evolve(delivery: QuarantinedDelivery, event: QuarantineEvent) -> QuarantinedDelivery:
    """Fold the stream's next event into the quarantined delivery."""
    version = delivery.version + 1
    arrivals = delivery.arrivals + 1
    match event:
        case DeliveryQuarantined():
            return QuarantinedDelivery(version, event.digest, held=True, arrivals=arrivals)
        case DeliveryQuarantinedAgain():
            return structs.replace(delivery, version=version, held=True, arrivals=arrivals)
        case DeliveryReleased() | DeliveryDiscarded():
            return structs.replace(delivery, version=version, held=False)


def quarantine(delivery: QuarantinedDelivery, arrived: DeliveryQuarantined) -> QuarantineEvent:
    """Decide how an arrival is put on record: in full the first time, then as a repeat."""
    if delivery.version:
        return DeliveryQuarantinedAgain(arrived.reason)
    return arrived


def release(
    delivery: QuarantinedDelivery, stream_id: UUID, stream_version: int
) -> DeliveryReleased:
    """Decide on a release, after the delivery found its stream. Raises `NotQuarantinedError`."""
    if not delivery.held:
        raise NotQuarantinedError(delivery.digest.hex())
    return DeliveryReleased(stream_id, stream_version)


def discard(delivery: QuarantinedDelivery, reason: str) -> DeliveryDiscarded:
    """Decide on hiding a delivery for good. Raises `NotQuarantinedError`."""
    if not delivery.held:
        raise NotQuarantinedError(delivery.digest.hex())
    return DeliveryDiscarded(reason)
