"""One meaning, three encodings: what a sender says is the same event however it was written."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from hypothesis import example, given, settings
from msgspec import Struct, structs

from application.activity_ids import BatchIds
from application.batch import decide
from application.deliveries import Delivery, entry_for
from application.journal_ports import LogEnd
from domain.activity import Activity, ReportContent, WorkOrderReported
from domain.client import Client
from domain.document import JsonValue, decode
from domain.history import tell
from domain.metadata import Metadata
from domain.notification import read
from domain.record import RecordedEvent
from domain.work_order import as_document
from tests.interfaces.webhook.encoders import as_form, as_json, as_xml
from tests.interfaces.webhook.notifications import LENIENT, PLAIN, notifications
from tests.interfaces.webhook.reading import read_body
from tests.recorded import ARRIVED

CLIENT = Client(client_id=UUID(int=1), policy="on-first-report", first_activity_id=7)
JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
Writer: TypeAlias = Callable[[dict[str, JsonValue]], bytes]
WRITTEN = [(JSON, as_json), (XML, as_xml), (FORM, as_form)]
LARGEST, SMALLEST = 2**63 - 1, -(2**63)


class Told(Struct, frozen=True):
    """What must be equal of a report: all but the body, its digest and its media type.

    Facts are compared as they are written, so that `True` is not `1` and no digit gets lost.
    """

    event: dict[str, Any]
    warnings: str
    facts: dict[str, str]
    work_order: dict[str, JsonValue]
    activity_id: int | None


@given(notifications(LENIENT))
@example({"Object": {"Id": LARGEST, "WorkOrderId": 7}})
@settings(max_examples=120, deadline=None)
def test_a_notification_is_the_same_event_in_every_encoding(tree: dict[str, JsonValue]) -> None:
    assert told(XML, as_xml(tree)) == told(JSON, as_json(tree))
    sayable = without_empty_texts(tree)
    assert told(FORM, as_form(tree)) == told(JSON, as_json(sayable))


@pytest.mark.parametrize(("media_type", "written"), WRITTEN)
@given(tree=notifications(PLAIN))
@example(tree={"Object": {"Id": LARGEST, "AssetId": SMALLEST}})
@settings(max_examples=60, deadline=None)
def test_what_is_kept_of_a_notification_is_the_same_document(
    media_type: str, written: Writer, tree: dict[str, JsonValue]
) -> None:
    [recorded, *_] = events(media_type, written(tree))

    assert decode(content_of(recorded).notification) == tree


@pytest.mark.parametrize(("media_type", "written"), WRITTEN)
def test_every_media_type_keeps_the_digits(media_type: str, written: Writer) -> None:
    tree: Any = read_body(media_type, written({"Object": {"Nte": Decimal("1000.50")}})).tree

    assert str(tree["Object"]["Nte"]) == "1000.50"


def told(media_type: str, body: bytes) -> Told:
    recorded = events(media_type, body)
    event = recorded[0].event
    content = content_of(recorded[0])
    tree = decode(content.notification)
    assert isinstance(tree, dict)
    history = tell(recorded)
    return Told(
        event={
            name: value
            for name, value in structs.asdict(event).items()
            if name not in {"digest", "media_type", "content"}
        },
        warnings=repr(content.warnings),
        facts={repr(path): repr(fact) for path, fact in read(tree).facts.items()},
        work_order=as_document(history.work_order),
        activity_id=history.activity_id,
    )


def events(media_type: str, body: bytes) -> list[RecordedEvent]:
    """Return what the door and the journal make of a delivery on an empty log."""
    read_as = read_body(media_type, body)
    told = read_as.gist
    assert told is not None
    assert told.work_order_id is not None
    delivery = Delivery(CLIENT, body, media_type, ARRIVED, Metadata("webhook", sender="default"))
    window = timedelta(minutes=60)
    entry = entry_for(delivery, told, told.work_order_id, read_as.document, window)
    nothing_yet = {entry.stream_id: Activity()}
    streams = [entry.stream_id]
    return decide([entry], streams, nothing_yet, BatchIds({}, {}), LogEnd(0, ARRIVED), uuid4).events


def content_of(recorded: RecordedEvent) -> ReportContent:
    assert isinstance(recorded.event, WorkOrderReported)
    assert isinstance(recorded.event.content, ReportContent)
    return recorded.event.content


def without_empty_texts(value: Any) -> Any:
    """Return what a form can say: it reads an empty value as null."""
    if isinstance(value, dict):
        return {name: without_empty_texts(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [without_empty_texts(item) for item in value]
    return None if value == "" else value
