"""Delivery health: what reached each client from each sender on each day, in UTC."""

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
    """The counts of one sender's day, and what of it was last seen; a position is a delivery's."""

    counts: dict[str, int]
    last_seen: datetime | None = None
    last_ping: datetime | None = None
    last_position: int | None = None


class DeliveryHealth:
    """One row for each client, sender and day; rows of later events are added to it.

    What no sender's keys came with is under the empty name.
    """

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
        days: dict[tuple[UUID, str, date], _Day] = {}
        for moment in moments:
            # What an operator or an import put on record was not delivered then.
            if moment.recorded.metadata.origin in {"released", "import"}:
                continue
            event, counted = moment.recorded.event, moment.recorded.arrived_at
            if isinstance(event, AttemptsRefused | PingsSeen):
                counted = event.minute
            sender = moment.recorded.metadata.sender or ""
            key = (moment.recorded.client_id, sender, counted.date())
            day = days.setdefault(key, _Day(dict.fromkeys(_COUNTS, 0)))
            for name, number in _counts(moment):
                day.counts[name] += number
            _note(day, moment, counted)
        return [
            (*key, day.last_seen, day.last_ping, day.last_position, *day.counts.values())
            for key, day in days.items()
        ]


def _note(day: _Day, moment: Moment, counted: datetime) -> None:
    match moment.recorded.event:
        case AttemptsRefused():
            return
        case PingsSeen():
            day.last_ping = max(counted, day.last_ping or counted)
        case _:
            # Moments come stream by stream where all is built anew.
            day.last_position = max(moment.recorded.position, day.last_position or 0)
    day.last_seen = max(counted, day.last_seen or counted)


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
