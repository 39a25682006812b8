"""Notes on a work order, and the body that tells of one."""

from domain.document import JsonValue
from interfaces.simulator.dates import DAY, Instant
from interfaces.simulator.shapes import Payload, plain_date, updated
from interfaces.simulator.work_order import WorkOrder

_LOWEST_NOTE_ID = 2_200_000_000
_NOTES_PER_WORK_ORDER = 64
_WORK_ORDERS_APART = 10_000_000


def written(order: WorkOrder, text: str, at: Instant, author: str) -> Payload:
    """Return the next note of this work order and keep it there; its id is above 2^31."""
    number = len(order.notes) + 1
    first_id = _LOWEST_NOTE_ID + order.id % _WORK_ORDERS_APART * _NOTES_PER_WORK_ORDER
    note: Payload = {
        "Id": first_id + number,
        "Number": number,
        "NoteData": text,
        "DateCreated": plain_date(order, at),
        "ScheduledDate": plain_date(order, order.scheduled_date),
        "ActionRequired": "?" in text,
        "CreatedBy": author,
        "CreatedByUser": {
            "UserName": f"user{order.dispatcher.id}",
            "ProviderId": order.provider.id,
        },
    }
    order.notes.append(note)
    return note


def mailed(order: WorkOrder, note: Payload, at: Instant, separator: str) -> None:
    """Add to a note whom it was mailed to and when to follow up; both separators are in use."""
    store = order.site.store
    note["MailedTo"] = separator.join((f"store{store}@example.com", "desk@example.com"))
    note["FollowUpDate"] = plain_date(order, at + DAY)


def noted(order: WorkOrder, told: list[JsonValue], at: Instant) -> Payload:
    """Return the object of WorkOrderNoteAdded: the whole work order and the notes told of."""
    return {**updated(order, at), "Notes": told}


def status_note(before: str, after: str) -> str:
    """Return the text of the sender's own note on a status change, mark-up included."""
    return f"Status changed from <b>{before}</b> to <b>{after}</b>"
