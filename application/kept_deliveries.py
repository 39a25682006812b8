"""What is in quarantine, and what became of it, folded from its events."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from domain.quarantine import (
    DeliveryDiscarded,
    DeliveryQuarantined,
    DeliveryQuarantinedAgain,
    DeliveryReleased,
    QuarantinedContent,
    QuarantineState,
)
from domain.record import RecordedEvent


class KeptDelivery(Struct, frozen=True):
    """A delivery in quarantine, and what became of it.

    `kept` is the event that kept it; `arrivals` counts how often its bytes arrived.
    """

    kept: RecordedEvent
    told: DeliveryQuarantined
    last_arrived_at: datetime
    arrivals: int = 1
    state: QuarantineState = "held"
    released: DeliveryReleased | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the body, 64 hex digits."""
        return self.told.digest.hex()

    @property
    def problem(self) -> str:
        """What could not be done with it, as far as that is not sealed."""
        content = self.told.content
        return (content.problem or "") if isinstance(content, QuarantinedContent) else ""


def kept_deliveries(events: Iterable[RecordedEvent]) -> list[KeptDelivery]:
    """Fold a client's quarantine events, in order, into its deliveries, the earliest first."""
    kept: dict[UUID, KeptDelivery] = {}
    for recorded in events:
        following = _follow(kept.get(recorded.originator_id), recorded)
        if following is not None:
            kept[recorded.originator_id] = following
    return list(kept.values())


def _follow(known: KeptDelivery | None, recorded: RecordedEvent) -> KeptDelivery | None:
    event, arrived_at = recorded.event, recorded.arrived_at
    if isinstance(event, DeliveryQuarantined):
        return KeptDelivery(recorded, event, arrived_at)
    if known is None:
        return None
    match event:
        case DeliveryQuarantinedAgain():
            again = known.arrivals + 1
            return structs.replace(known, arrivals=again, last_arrived_at=arrived_at, state="held")
        case DeliveryReleased():
            return structs.replace(known, state="released", released=event)
        case DeliveryDiscarded():
            return structs.replace(known, state="discarded")
        case _:
            return known
