"""What happens to a work order beside the work itself."""

from collections.abc import Callable
from decimal import Decimal

from domain.document import JsonValue
from interfaces.simulator.dates import HOUR, MINUTE, SECOND
from interfaces.simulator.diary import Diary
from interfaces.simulator.notes import mailed, written
from interfaces.simulator.other_shapes import unrelated
from interfaces.simulator.partial_shapes import labelled, linked, starred
from interfaces.simulator.shapes import Payload, plain_date, updated
from interfaces.simulator.world import DETAILS, FILES, LABELS, PRIORITIES, REMARKS

_SHARE_UNRELATED = 0.04


def digress(diary: Diary, at_most: int) -> None:
    """Write down a few side events, at most so many."""
    for _ in range(diary.draw.randrange(at_most + 1)):
        diary.wait(MINUTE, 6 * HOUR)
        if diary.perhaps(_SHARE_UNRELATED):
            _mention_another_object(diary)
        else:
            diary.draw.choices(_ASIDES, _WEIGHTS)[0](diary)


def _remark(diary: Diary) -> None:
    note = written(diary.order, diary.draw.choice(REMARKS), diary.at, "Acme dispatch")
    if diary.perhaps(0.2):
        mailed(diary.order, note, diary.at, diary.draw.choice((";", ", ")))
    diary.tell_note(note)


def _raise_limit(diary: Diary) -> None:
    diary.order.nte += Decimal(diary.draw.randrange(50, 900, 25))
    diary.change("WorkOrderNteChanged")


def _reschedule(diary: Diary) -> None:
    diary.order.scheduled_date = diary.at + diary.draw.randrange(4, 96) * HOUR
    diary.change("WorkOrderScheduledDateChanged")


def _reprioritise(diary: Diary) -> None:
    others = [priority for priority in PRIORITIES if priority != diary.order.priority]
    diary.order.priority = diary.draw.choice(others)
    diary.change("WorkOrderPriorityChanged")


def _describe(diary: Diary) -> None:
    diary.order.description += f", {diary.draw.choice(DETAILS)}"
    diary.change("WorkOrderDescriptionChanged")


def _star(diary: Diary) -> None:
    diary.tell("WorkOrderStarAdded", starred(diary.order, diary.at))
    if diary.perhaps(0.5):
        diary.wait(SECOND, HOUR)
        diary.tell("WorkOrderStarRemoved", starred(diary.order, diary.at))


def _label(diary: Diary) -> None:
    number = diary.draw.randrange(len(LABELS))
    label: JsonValue = {"Id": 700 + number, "Text": LABELS[number]}
    if label in diary.order.labels:
        diary.order.labels.remove(label)
        diary.tell("WorkOrderLabelDeleted", labelled(diary.order, label, diary.at))
    else:
        diary.order.labels.append(label)
        diary.tell("WorkOrderLabelAdded", labelled(diary.order, label, diary.at))


def _link(diary: Diary) -> None:
    others: list[JsonValue] = [diary.order.id - diary.draw.randrange(1, 500)]
    diary.tell_undated("WorkOrderLinksAdded", linked(diary.order, others, unlinked=False))
    if diary.perhaps(0.3):
        diary.tell_undated("WorkOrderLinksDeleted", linked(diary.order, others, unlinked=True))


def _attach(diary: Diary) -> None:
    order = diary.order
    number = order.id % 1_000_000 * 10 + len(order.attachments)
    attachment: Payload = {
        "Id": number,
        "Name": diary.draw.choice(FILES),
        "Date": plain_date(order, diary.at),
        "Uri": f"https://files.example.com/{number}?expires=3600",
        "CreatedBy": "Acme dispatch",
        "Visibility": 0,
    }
    order.attachments.append(attachment)
    diary.tell(
        "WorkOrderAttachmentAdded",
        {**updated(order, diary.at), "Attachments": [*order.attachments]},
    )


def _mention_another_object(diary: Diary) -> None:
    number = diary.draw.randrange(30_000_000, 40_000_000)
    if diary.perhaps(0.5):
        diary.tell_apart(
            "InvoiceCreated", unrelated(diary.order, "InvoiceCreated", number, diary.at)
        )
    else:
        diary.tell_apart(
            "ProposalStatusChanged",
            unrelated(diary.order, "ProposalStatusChanged", number, diary.at),
        )


_WEIGHED_ASIDES: dict[Callable[[Diary], None], int] = {
    _remark: 8,
    _raise_limit: 3,
    _reschedule: 4,
    _reprioritise: 2,
    _describe: 2,
    _star: 3,
    _label: 3,
    _link: 2,
    _attach: 3,
}
_ASIDES = tuple(_WEIGHED_ASIDES)
_WEIGHTS = tuple(_WEIGHED_ASIDES.values())
