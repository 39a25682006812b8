"""The checker finds what it is there to find."""

import hashlib
from collections.abc import Callable
from uuid import UUID

import pytest
from msgspec import structs

from application.aggregates import Aggregates
from application.journal_writer import JournalWriter
from application.quarantine import Quarantine
from domain.activity import WorkOrderReported, WorkOrderReportRepeated
from domain.metadata import Metadata
from domain.quarantine import DeliveryQuarantined, QuarantinedContent
from domain.record import RecordedEvent
from infrastructure.database import Database
from tests.application.conftest import aggregates, client_id, stopping, writer
from tests.commands import reporting
from tests.faults.checker import Findings, check, judge
from tests.faults.ledger import Answer, Delivery
from tests.proof import events_of
from tests.recorded import ARRIVED

__all__ = ["aggregates", "client_id", "stopping", "writer"]

BODIES = (b"{}", b"[]", b"1")
ASIDE = b"of no work order"


@pytest.fixture
def deliveries(writer: JournalWriter, client_id: UUID) -> list[Delivery]:
    """Three deliveries on record, each sent and acknowledged once."""
    writer.write([reporting(client_id, 1, body, opens=True) for body in BODIES])
    return [acknowledged(body) for body in BODIES]


@pytest.fixture
def events(deliveries: list[Delivery], database: Database) -> list[RecordedEvent]:
    """The log with these deliveries in it."""
    assert deliveries
    return events_of(database)


@pytest.fixture
def aside(aggregates: Aggregates, client_id: UUID) -> Delivery:
    """A delivery that was set aside twice, as often as it was sent and acknowledged."""
    delivery = acknowledged_aside(ASIDE)
    arrived = DeliveryQuarantined(
        bytes.fromhex(delivery.digest), "unrelated", QuarantinedContent(ASIDE)
    )
    for _ in range(2):
        Quarantine(aggregates).keep(client_id, arrived, Metadata("webhook"), ARRIVED)
    delivery.sends = 2
    delivery.answers *= 2
    return delivery


def acknowledged(body: bytes) -> Delivery:
    digest = hashlib.sha256(body).hexdigest()
    return Delivery(1, body, digest, sends=1, answers=[Answer(200, "recorded", 1)])


def acknowledged_aside(body: bytes) -> Delivery:
    digest = hashlib.sha256(body).hexdigest()
    return Delivery(None, body, digest, sends=1, answers=[Answer(200, "unrelated")])


def figures(found: Findings) -> tuple[int, int, int, int]:
    return found.acknowledged, found.lost, found.doubled, len(found.problems)


def test_what_is_on_record_once_is_neither_lost_nor_doubled(
    deliveries: list[Delivery], events: list[RecordedEvent], database: Database, client_id: UUID
) -> None:
    seen = [(event.position, event.event_id) for event in events if event.position]
    assert figures(check(deliveries, seen, database, client_id)) == (3, 0, 0, 0)


def test_an_acknowledged_delivery_without_a_report_is_lost(
    deliveries: list[Delivery], events: list[RecordedEvent], client_id: UUID
) -> None:
    deliveries.append(acknowledged(b"never written"))
    assert figures(judge(deliveries, events, client_id)) == (4, 1, 0, 0)


def test_a_second_acknowledgement_that_is_not_on_record_is_lost(
    deliveries: list[Delivery], events: list[RecordedEvent], client_id: UUID
) -> None:
    deliveries[0].sends = 2
    deliveries[0].answers.append(Answer(200, "repeated", 1))
    assert figures(judge(deliveries, events, client_id)) == (3, 1, 0, 0)


def test_an_acknowledged_delivery_of_which_there_are_repeats_alone_is_lost(
    deliveries: list[Delivery], events: list[RecordedEvent], client_id: UUID
) -> None:
    found = events[-1]
    assert isinstance(found.event, WorkOrderReported)
    repeat = structs.replace(found, event=WorkOrderReportRepeated(found.event.digest, 1))
    assert figures(judge(deliveries, [*events[:-1], repeat], client_id)) == (3, 1, 0, 0)


def test_what_was_set_aside_as_often_as_it_was_sent_is_neither_lost_nor_doubled(
    aside: Delivery, database: Database, client_id: UUID
) -> None:
    found = judge([aside], events_of(database), client_id)
    assert figures(found) == (1, 0, 0, 0)
    assert (found.aside, found.repeated) == (1, 1)


def test_an_acknowledged_delivery_that_was_not_set_aside_is_lost(
    aside: Delivery, database: Database, client_id: UUID
) -> None:
    found = judge([aside, acknowledged_aside(b"never written")], events_of(database), client_id)
    assert figures(found) == (2, 1, 0, 0)


def test_an_acknowledged_delivery_that_was_only_set_aside_again_is_lost(
    aside: Delivery, database: Database, client_id: UUID
) -> None:
    aside.sends, aside.answers = 1, aside.answers[:1]
    assert figures(judge([aside], events_of(database)[1:], client_id)) == (1, 1, 0, 0)


def test_a_delivery_set_aside_more_often_than_it_was_sent_is_doubled(
    aside: Delivery, database: Database, client_id: UUID
) -> None:
    aside.sends = 1
    aside.answers.pop()
    assert figures(judge([aside], events_of(database), client_id)) == (1, 0, 1, 0)


@pytest.mark.parametrize("mistake", [("work_order_id", 2), ("answers", [Answer(200, "recorded")])])
def test_what_does_not_fit_what_was_set_aside_is_told(
    aside: Delivery, database: Database, client_id: UUID, mistake: tuple[str, object]
) -> None:
    setattr(aside, *mistake)
    assert judge([aside], events_of(database), client_id).problems


def test_a_delivery_that_was_never_answered_may_be_there_or_not(
    deliveries: list[Delivery], events: list[RecordedEvent], client_id: UUID
) -> None:
    deliveries.append(Delivery(1, b"", "00" * 32, sends=3))
    deliveries[0].answers = [Answer(503)]
    assert figures(judge(deliveries, events, client_id)) == (2, 0, 0, 0)


def test_a_second_report_of_one_body_is_doubled(
    deliveries: list[Delivery], events: list[RecordedEvent], client_id: UUID
) -> None:
    deliveries[0].sends = 2
    again = structs.replace(events[0], originator_version=9)
    assert figures(judge(deliveries, [*events, again], client_id)) == (3, 0, 1, 0)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda deliveries: deliveries.pop(),
        lambda deliveries: setattr(deliveries[0], "work_order_id", 2),
        lambda deliveries: setattr(deliveries[0], "answers", [Answer(200, "recorded", 2)]),
        lambda deliveries: setattr(deliveries[0], "answers", [Answer(200, "test", 1)]),
        lambda deliveries: deliveries[0].answers.append(Answer(500)),
    ],
    ids=["a stranger", "another stream", "another activity", "another verdict", "a fault"],
)
def test_what_does_not_fit_the_answers_is_told(
    deliveries: list[Delivery],
    events: list[RecordedEvent],
    client_id: UUID,
    mistake: Callable[[list[Delivery]], object],
) -> None:
    mistake(deliveries)
    assert judge(deliveries, events, client_id).problems


@pytest.mark.parametrize("missed", [0, 1, 3])
def test_a_row_that_the_follower_did_not_see_is_told(
    deliveries: list[Delivery],
    events: list[RecordedEvent],
    database: Database,
    client_id: UUID,
    missed: int,
) -> None:
    seen = [(event.position, event.event_id) for event in events if event.position]
    del seen[missed]
    assert len(check(deliveries, seen, database, client_id).problems) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM event_log WHERE position = 3",
        "DELETE FROM activity_heads",
        "UPDATE event_log SET recorded_at = recorded_at - interval '1 s' WHERE position = 3",
        "DELETE FROM activity_links",
    ],
)
def test_a_log_that_is_not_whole_is_told(
    deliveries: list[Delivery], database: Database, client_id: UUID, damage: str
) -> None:
    with database.connection() as connection:
        connection.execute(damage.encode())
    seen = [(event.position, event.event_id) for event in events_of(database) if event.position]
    assert check(deliveries, seen, database, client_id).problems
