"""Delivery health: what reached each client on each day, in UTC, and what became of it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from application.read_model_ports import Row
from domain.activity import WorkOrderReported, WorkOrderReportRepeated
from domain.client import AttemptsRefused, PingsSeen
from domain.history import Moment
from domain.quarantine import DeliveryQuarantined, DeliveryQuarantinedAgain
from domain.record import Event
from domain.some_facts import Wanted

_COUNTS: Final = (
    "reports", "tests", "repeats", "late", "quarantined", "unrelated", "refused", "pings",
)  # fmt: skip


class _Day(Struct):
    """The counts of one client's day, and when a delivery with good keys was last seen."""

    counts: dict[str, int]
    last_seen: datetime | None = None


class DeliveryHealth:
    """One row for each client and day; rows of later events are added to it."""

    name: Final = "delivery_health"
    takes: Final[tuple[type[Event], ...]] = (
        WorkOrderReported,
        WorkOrderReportRepeated,
        DeliveryQuarantined,
        DeliveryQuarantinedAgain,
        AttemptsRefused,
        PingsSeen,
    )
    wants: Final = Wanted()

    def rows(self, moments: Sequence[Moment]) -> list[Row]:
        """Return what these moments add to each day."""
        days: dict[tuple[UUID, date], _Day] = {}
        for moment in moments:
            # What an operator or an import put on record was not delivered then.
            if moment.recorded.metadata.origin in {"released", "import"}:
                continue
            event, counted = moment.recorded.event, moment.recorded.arrived_at
            if isinstance(event, AttemptsRefused | PingsSeen):
                counted = event.minute
            key = (moment.recorded.client_id, counted.date())
            day = days.setdefault(key, _Day(dict.fromkeys(_COUNTS, 0)))
            for name, number in _counts(moment):
                day.counts[name] += number
            if not isinstance(event, AttemptsRefused):
                day.last_seen = max(counted, day.last_seen or counted)
        return [(*key, day.last_seen, *day.counts.values()) for key, day in days.items()]


def _counts(moment: Moment) -> Iterator[tuple[str, int]]:
    event = moment.recorded.event
    match event:
        case WorkOrderReported():
            yield "tests" if event.verdict == "test" else "reports", 1
            yield "late", int(moment.late)
        case WorkOrderReportRepeated():
            yield "repeats", 1
        case DeliveryQuarantined() | DeliveryQuarantinedAgain():
            yield "unrelated" if event.reason == "unrelated" else "quarantined", 1
        case AttemptsRefused():
            yield "refused", event.count
        case PingsSeen():
            yield "pings", event.count
        case _:
            return
