"""Activity search: what activities and their work orders can be found by.

Where senders disagree it has what was reported last: whose word a client is shown is chosen when it
is shown, so that another choice needs no rebuild.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from application.projections.activity_events import ACTIVITY_EVENTS, last_of_each
from application.read_model_ports import Row
from domain.dates import calendar_time
from domain.document import JsonValue
from domain.history import Moment
from domain.notification import Path
from domain.record import Event
from domain.some_facts import Wanted
from domain.words import words_of
from domain.work_order import RECALL, WorkOrder, recalled

MOST_CHARACTERS: Final = 200
"""Of a value that is found by equality; PostgreSQL's indexes do not take whole pages."""


class ActivitySearch:
    """One row for each stream that more than test notifications spoke of."""

    name: Final = "activity_search"
    takes: Final[tuple[type[Event], ...]] = ACTIVITY_EVENTS
    wants: Final = Wanted(
        members=frozenset(
            {
                "Status", "ScheduledDate", "LocationId", "Number", "PurchaseNumber", "Trade",
                "Priority", "Description", "RecallWorkOrder",
            }
        ),
        beyond=frozenset({"LocationName"}),
        notes=frozenset({"NoteData"}),
    )  # fmt: skip

    def rows(self, moments: Sequence[Moment]) -> list[Row]:
        """Return a row for each stream, as its last moment left it."""
        return [_row(moment) for moment in last_of_each(moments) if _is_found(moment)]


def _is_found(moment: Moment) -> bool:
    known = moment.after
    if known.work_order_id is None:
        return False
    # An activity that was opened is found also where nothing was reported yet, or no longer open.
    return known.reported_at is not None or known.was_opened


def _row(moment: Moment) -> Row:
    recorded, known = moment.recorded, moment.after
    work_order = known.work_order
    status = _value(work_order, ("Status",))
    parts = status if isinstance(status, dict) else {}
    scheduled = _text(_value(work_order, ("ScheduledDate",)))
    return (
        recorded.originator_id,
        recorded.client_id,
        known.work_order_id,
        recorded.position,
        known.reported_at,
        None if work_order.latest is None else work_order.latest[0],
        None if scheduled is None else calendar_time(scheduled),
        known.version,
        known.activity_id,
        _value(work_order, ("LocationId",)),
        recalled(_value(work_order, RECALL)),
        _text(_value(work_order, ("Number",))),
        _text(_value(work_order, ("PurchaseNumber",))),
        _text(parts.get("Primary")),
        _text(parts.get("Extended")),
        _text(_value(work_order, ("Trade",))),
        _text(_value(work_order, ("Priority",))),
        _text(_value(work_order, ("Beyond", "LocationName"))),
        scheduled,
        " ".join(words_of("\n".join(_texts(work_order)))),
    )


def _value(work_order: WorkOrder, path: Path) -> JsonValue:
    fact = work_order.facts.get(path)
    return None if fact is None else fact.value


def _text(value: JsonValue) -> str | None:
    # PostgreSQL's texts hold no NUL, and a sender's may.
    return value[:MOST_CHARACTERS].replace("\0", "\ufffd") if isinstance(value, str) else None


def _texts(work_order: WorkOrder) -> Iterator[str]:
    description = _value(work_order, ("Description",))
    if isinstance(description, str):
        yield description
    notes = {
        path[1]: fact.value
        for path, fact in work_order.facts.items()
        if path[0] == "Notes" and path[2] == "NoteData" and isinstance(fact.value, str)
    }
    for _, text in sorted(notes.items()):
        yield text
