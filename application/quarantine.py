"""Keeping deliveries aside that no stream can take."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from uuid import UUID

from application.aggregates import Aggregates
from domain.identity import quarantine_stream
from domain.metadata import Metadata
from domain.quarantine import (
    DeliveryQuarantined,
    QuarantinedDelivery,
    QuarantineEvent,
    evolve,
    quarantine,
)
from domain.record import RecordedEvent


class Quarantine:
    """One stream for each client and body; the same bytes again are a repeat on it."""

    def __init__(self, aggregates: Aggregates) -> None:
        self._aggregates = aggregates

    def keep(
        self,
        client_id: UUID,
        arrived: DeliveryQuarantined,
        metadata: Metadata,
        arrived_at: datetime,
    ) -> None:
        """Put the delivery on record, bytes and all. Raises `StorageUnavailableError`."""
        self._aggregates.change(
            client_id,
            quarantine_stream(client_id, arrived.digest),
            fold_quarantine,
            lambda delivery: [quarantine(delivery, arrived)],
            metadata,
            arrived_at,
        )


def fold_quarantine(events: Iterable[RecordedEvent]) -> QuarantinedDelivery:
    """Fold the events of one quarantined delivery."""
    return reduce(_step, events, QuarantinedDelivery())


def _step(delivery: QuarantinedDelivery, recorded: RecordedEvent) -> QuarantinedDelivery:
    event = recorded.event
    return evolve(delivery, event) if isinstance(event, QuarantineEvent) else delivery
