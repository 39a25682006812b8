"""Which work orders were open at an earlier time, told back from those that are open now."""

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from domain.document import JsonValue

CLOSED: Final = frozenset({"CANCELED", "CANCELLED", "COMPLETED", "INVOICED", "VOID"})
"""Primary statuses after which the sender expects nothing more of the work order."""


class Step(Struct, frozen=True):
    """An event at which a work order's status changed, or at which it was heard of first.

    `before` is the status that it had until then.
    """

    position: int
    work_order_id: int
    is_first: bool
    before: JsonValue


def is_closed(primary: JsonValue) -> bool:
    """Say whether this primary status ends a work order; what has none is open."""
    return isinstance(primary, str) and primary.strip().upper() in CLOSED


def open_after(
    open_now: Iterable[int], steps_back: Iterable[Step], positions: Iterable[int]
) -> Iterator[tuple[int, frozenset[int]]]:
    """Return which work orders were open right after each position of the log.

    `steps_back` are the steps since then, the newest first, up to now; the positions are answered
    in that order too.
    """
    known = set(open_now)
    steps = iter(steps_back)
    step = next(steps, None)
    for position in sorted(set(positions), reverse=True):
        while step is not None and step.position > position:
            if step.is_first or is_closed(_primary(step.before)):
                known.discard(step.work_order_id)
            else:
                known.add(step.work_order_id)
            step = next(steps, None)
        yield position, frozenset(known)


def _primary(status: JsonValue) -> JsonValue:
    return status.get("Primary") if isinstance(status, dict) else None
