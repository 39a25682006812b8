"""The moments of one work order's life, written down as they happen."""

from random import Random

from msgspec import Struct

from domain.document import JsonValue
from interfaces.simulator.accounts import Account, as_the_provider_sees_it
from interfaces.simulator.company import Provider
from interfaces.simulator.dates import MINUTE, SECOND, Instant
from interfaces.simulator.notes import noted, status_note, written
from interfaces.simulator.shapes import Payload, enveloped, updated
from interfaces.simulator.work_order import WorkOrder

_SHARE_REPEATING_OLDER_NOTES = 0.25


class Moment(Struct, frozen=True):
    """Something the sender notifies of: when it happened, and the body that says so.

    `work_order_id` is null where the body is about no work order; `event_type` is null for a ping.
    `account` is the one that says so.
    """

    at: Instant
    event_type: str | None
    work_order_id: int | None
    body: bytes
    account: Account = Account.SUBSCRIBER


class Diary:
    """One life so far: the work order as it is, the time it is, and the moments in order.

    With `beside`, the account of this provider reports what it sees, after the subscriber's.
    """

    def __init__(self, order: WorkOrder, draw: Random, beside: Provider | None = None) -> None:
        self.order = order
        self._beside = beside
        self._was_beside = False
        self.draw = draw
        self.at = order.call_date
        self.moments: list[Moment] = []
        self._undated: list[tuple[str, Payload]] = []

    def perhaps(self, probability: float) -> bool:
        """Draw whether something of this probability happens."""
        return self.draw.random() < probability

    def wait(self, least: Instant, most: Instant) -> None:
        """Let some time pass, to the tick."""
        self.at += self.draw.randrange(least, most)

    def tell(self, event_type: str, subject: Payload, action: str = "UPDATE") -> None:
        """Write down a notification about the work order, which changes with it."""
        self.order.changed_at = self.at
        self._write(event_type, subject, action)

    def tell_undated(self, event_type: str, subject: Payload) -> None:
        """Write down, behind all that bears a date, a notification that bears none.

        A receiver orders it by its arrival, and lives are played when they are long over: told in
        its place, it would make everything after it seem late.
        """
        self._undated.append((event_type, subject))

    def close(self) -> list[Moment]:
        """End the life and return its moments, in order of time."""
        for event_type, subject in self._undated:
            self.wait(SECOND, MINUTE)
            self._write(event_type, subject, "UPDATE")
        return self.moments

    def tell_apart(self, event_type: str, body: bytes) -> None:
        """Write down a notification that is about another object."""
        self.moments.append(Moment(self.at, event_type, None, body))

    def change(self, event_type: str) -> None:
        """Write down that the work order changed; it must have been changed already."""
        self.tell(event_type, updated(self.order, self.at))

    def change_status(self, primary: str, extended: str | None = None) -> None:
        """Change the status; a note of the sender's own often comes with it, seconds later."""
        before = _status_text(self.order)
        self.order.primary, self.order.extended = primary, extended
        self.change("WorkOrderStatusChanged")
        if self.perhaps(0.5):
            self.wait(SECOND // 10, 3 * SECOND)
            self.tell_note(
                written(self.order, status_note(before, _status_text(self.order)), self.at, ".")
            )

    def tell_note(self, note: Payload) -> None:
        """Write down that a note was added; some notifications repeat the older notes."""
        told: list[JsonValue] = [note]
        if self.perhaps(_SHARE_REPEATING_OLDER_NOTES):
            told = [*self.order.notes]
        self.tell("WorkOrderNoteAdded", noted(self.order, told, self.at))

    def _write(self, event_type: str, subject: Payload, action: str) -> None:
        body = enveloped(self.order.form, event_type, subject, action)
        self.moments.append(Moment(self.at, event_type, self.order.id, body))
        is_beside = self.order.provider == self._beside
        if is_beside or self._was_beside:
            seen = as_the_provider_sees_it(self.order, subject)
            body = enveloped(self.order.form, event_type, seen, action)
            self.moments.append(Moment(self.at, event_type, self.order.id, body, Account.PROVIDER))
        self._was_beside = is_beside


def _status_text(order: WorkOrder) -> str:
    return order.primary if order.extended is None else f"{order.primary}/{order.extended}"
