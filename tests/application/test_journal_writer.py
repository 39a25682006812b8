"""Commands decided together come out as if each had been alone, one after the other."""

from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from application.entries import Entry, Outcome
from application.journal_writer import JournalWriter
from domain.activity import WorkOrderReportRepeated
from domain.errors import (
    ActivityAlreadyOpenError,
    ActivityIdRangeError,
    ActivityIdTakenError,
    ActivityNotOpenError,
)
from domain.metadata import Metadata
from tests.application.whole_log import WholeLog
from tests.commands import opening, releasing, reporting

REPORTED, OPENED = "WorkOrderReported", "ActivityOpened"
UNSTORABLE_NUMBER = 2**63
UNENCODABLE_TEXT = "\ud83d"


def test_two_webhooks_for_one_work_order_in_one_batch(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    answers = writer.write([reporting(client_id, 1, b"{}"), reporting(client_id, 1, b"[]")])
    assert answers == [Outcome(None, 1, "recorded"), Outcome(None, 2, "recorded")]
    whole_log.check()
    assert whole_log.names(client_id, 1) == [REPORTED, REPORTED]
    assert len({recorded.recorded_at for recorded in whole_log.events()}) == 1


def test_the_same_webhook_twice_in_one_batch_is_a_repeat(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    answers = writer.write([reporting(client_id, 1), reporting(client_id, 1)])
    assert answers == [Outcome(None, 1, "recorded"), Outcome(None, 2, "repeated")]
    last = whole_log.of_work_order(client_id, 1)[-1].event
    assert isinstance(last, WorkOrderReportRepeated)
    assert last.repeats == 1
    whole_log.check()


def test_the_first_of_two_webhooks_in_one_batch_opens_by_policy(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    batch = [reporting(client_id, 1, body, opens=True) for body in (b"{}", b"[]")]
    answers = writer.write(batch)
    assert answers == [Outcome(1, 2, "recorded"), Outcome(1, 3, "recorded")]
    events = whole_log.of_work_order(client_id, 1)
    assert whole_log.names(client_id, 1) == [REPORTED, OPENED, REPORTED]
    assert [recorded.metadata.actor for recorded in events] == [None, "policy", None]
    whole_log.check()


@pytest.mark.parametrize(
    ("batch", "answers"),
    [
        ([opening, reporting], [Outcome(1, 1), Outcome(1, 2, "recorded")]),
        ([reporting, opening], [Outcome(None, 1, "recorded"), Outcome(1, 2)]),
    ],
    ids=["the opening first", "the webhook first"],
)
def test_an_opening_and_a_webhook_in_one_batch(
    writer: JournalWriter,
    whole_log: WholeLog,
    client_id: UUID,
    batch: list[Callable[[UUID, int], Entry]],
    answers: list[Outcome],
) -> None:
    assert writer.write([command(client_id, 1) for command in batch]) == answers
    whole_log.check()


def test_an_id_moves_from_one_work_order_to_another_in_one_batch(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    writer.write([opening(client_id, 1, 5)])
    answers = writer.write(
        [
            releasing(client_id, 1, 5),
            opening(client_id, 2, 5),
            reporting(client_id, 1),
            reporting(client_id, 2),
            releasing(client_id, 2, 5),
            opening(client_id, 3, 5),
        ]
    )
    assert answers == [
        Outcome(None, 2),
        Outcome(5, 1),
        Outcome(None, 3, "recorded"),
        Outcome(5, 2, "recorded"),
        Outcome(None, 3),
        Outcome(5, 1),
    ]
    whole_log.check()
    assert [(link.work_order_id, link.from_position) for link in whole_log.links()] == [
        (1, 1),
        (2, 3),
        (3, 7),
    ]


def test_a_work_order_that_is_opened_again_gets_an_id_that_nobody_had(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    writer.write([opening(client_id, 1), opening(client_id, 2)])
    writer.write([releasing(client_id, 1, 1)])
    assert writer.write([opening(client_id, 1)]) == [Outcome(3, 3)]
    whole_log.check()


def test_a_refused_command_leaves_its_neighbours(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    batch = [
        opening(client_id, 1, 5),
        opening(client_id, 2, 5),
        opening(client_id, 1, 6),
        opening(client_id, 2, 0),
        opening(client_id, 2, -(2**40)),
        opening(client_id, 2, 2**31),
        opening(client_id, 2, 2**70),
        releasing(client_id, 2, 5),
        reporting(client_id, 2),
    ]
    answers = writer.write(batch)
    assert [answer if isinstance(answer, Outcome) else type(answer) for answer in answers] == [
        Outcome(5, 1),
        ActivityIdTakenError,
        ActivityAlreadyOpenError,
        ActivityIdRangeError,
        ActivityIdRangeError,
        ActivityIdRangeError,
        ActivityIdRangeError,
        ActivityNotOpenError,
        Outcome(None, 1, "recorded"),
    ]
    whole_log.check()
    assert len(whole_log.events()) == 2


def test_minted_ids_follow_the_highest_ever_opened_of_their_client(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    other = uuid4()
    first = msgspec.structs.replace(opening(client_id, 1), first_activity_id=1_000)
    answers = writer.write(
        [
            first,
            opening(other, 1),
            opening(client_id, 2, 3_000),
            reporting(client_id, 3, opens=True),
            opening(other, 2),
        ]
    )
    assert [answer.activity_id for answer in answers if isinstance(answer, Outcome)] == [
        1_000,
        1,
        3_000,
        3_001,
        2,
    ]
    writer.write([releasing(client_id, 3, 3_001)])
    assert writer.write([opening(client_id, 4)]) == [Outcome(3_002, 1)]
    whole_log.check()


def test_an_event_says_who_caused_it_and_when_that_arrived(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    webhook, command = reporting(client_id, 1), opening(client_id, 1, reason="asked for")
    writer.write([webhook, command])
    reported, opened = whole_log.of_work_order(client_id, 1)
    assert (reported.client_id, reported.arrived_at) == (client_id, webhook.arrived_at)
    assert reported.metadata == Metadata("webhook", sender="default")
    assert opened.metadata == Metadata("command", actor="operator")


@pytest.mark.parametrize("wrong", ["text", "number"])
def test_a_command_that_cannot_be_stored_is_answered_alone(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID, wrong: str
) -> None:
    poison = (
        opening(client_id, 7, reason=UNENCODABLE_TEXT)
        if wrong == "text"
        else opening(client_id, UNSTORABLE_NUMBER)
    )
    batch = [reporting(client_id, number % 50, b"%d" % number) for number in range(500)]
    batch.insert(321, poison)
    answers = writer.write(batch)
    assert [place for place, it in enumerate(answers) if not isinstance(it, Outcome)] == [321]
    assert isinstance(answers[321], UnicodeEncodeError if wrong == "text" else Exception)
    whole_log.check()
    assert len(whole_log.events()) == 500
    assert whole_log.names(client_id, 7) == [REPORTED] * 10


def test_nothing_to_decide_writes_nothing(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    writer.write([opening(client_id, 1, 5)])
    assert writer.write([opening(client_id, 1, 5), opening(client_id, 1)]) == [Outcome(5, 1)] * 2
    assert len(whole_log.events()) == 1


def test_commands_written_together_are_all_on_record_at_once(
    writer: JournalWriter, whole_log: WholeLog, client_id: UUID
) -> None:
    writer.write([opening(client_id, 1, 5)])
    answers = writer.write_together([releasing(client_id, 1, 5), opening(client_id, 2, 5)])
    assert answers == [Outcome(None, 2), Outcome(5, 1)]
    _, released, opened = whole_log.events()
    assert released.recorded_at == opened.recorded_at
    whole_log.check()


@pytest.mark.parametrize(
    ("work_order", "activity", "error"),
    [
        (3, 5, ActivityAlreadyOpenError),
        (2, 6, ActivityIdTakenError),
        (UNSTORABLE_NUMBER, 5, Exception),
    ],
)
def test_of_commands_written_together_one_that_cannot_be_undoes_all(
    writer: JournalWriter,
    whole_log: WholeLog,
    client_id: UUID,
    work_order: int,
    activity: int,
    error: type[Exception],
) -> None:
    writer.write([opening(client_id, 1, 5), opening(client_id, 3, 6)])
    together = [releasing(client_id, 1, 5), opening(client_id, work_order, activity)]
    with pytest.raises(error):
        writer.write_together(together)
    assert len(whole_log.events()) == 2
    whole_log.check()
    assert writer.write_together([opening(client_id, 9, 9)]) == [Outcome(9, 1)]
