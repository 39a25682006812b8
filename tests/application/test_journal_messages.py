"""What a worker and the journal's process say to each other arrives as it was."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.distant_writer import NotCarriedOutError, write_messages
from application.entries import Entry, Outcome, Written
from application.journal import Journal, Writer
from application.journal_messages import (
    packed_answers,
    packed_entries,
    packed_failure,
    unpacked_answers,
    unpacked_entries,
)
from application.journal_writer import JournalWriter
from application.ports import StorageUnavailableError, UnreadableEventError
from domain import errors
from domain.activity import OpenActivity, ReleaseActivity, ReportContent, ReportWorkOrder
from domain.activity import WorkOrderReported as Reported
from domain.metadata import Metadata
from domain.notification import ReportWarning
from domain.reconciliation import ReconcileWorkOrder
from tests.commands import reporting
from tests.domain.strategies import bounded, digests, moments, sealed, senders, texts, uuids

contents = st.builds(
    ReportContent,
    st.binary(max_size=8),
    st.none() | st.binary(max_size=8),
    st.lists(st.builds(ReportWarning, texts), max_size=2).map(tuple),
)
reports = st.builds(
    Reported,
    digests,
    texts,
    contents | sealed,
    st.none() | texts,
    st.none() | texts,
    st.none() | moments,
    st.sampled_from(["recorded", "test"]),
    st.lists(texts, max_size=2).map(tuple),
)
windows = st.integers(0, 10**9).map(lambda number: timedelta(microseconds=number))
commands = st.one_of(
    st.builds(ReportWorkOrder, reports, moments, windows, st.booleans()),
    st.builds(OpenActivity, st.none() | st.integers(), st.none() | texts),
    st.builds(ReleaseActivity, st.integers(), st.none() | texts),
    st.builds(ReconcileWorkOrder, st.integers(), moments, st.just(())),
)
known = st.builds(
    Metadata,
    st.sampled_from(["webhook", "released", "command"]),
    st.none() | senders,
    st.none() | uuids,
    st.sampled_from([None, "verified", "mismatch"]),
    st.none() | texts,
    st.none() | uuids,
    st.none() | texts,
    st.dictionaries(texts, texts, max_size=2),
    st.none() | uuids,
)
entries = st.builds(
    Entry, uuids, st.integers(1, 2**63 - 1), commands, moments, known, st.integers(1, 9)
)


@bounded
@given(st.lists(entries, max_size=5))
def test_commands_arrive_as_they_were_and_in_order(given_: list[Entry]) -> None:
    assert unpacked_entries(packed_entries(given_)) == given_


def test_a_command_that_cannot_be_told_in_messagepack_arrives_with_its_neighbours() -> None:
    whole = reporting(UUID(int=1), 1)
    odd = [reporting(UUID(int=1), 2**70), reporting(UUID(int=1), 2, sender="\ud800")]
    assert unpacked_entries(packed_entries([whole, *odd])) == [whole, *odd]


def test_a_delivery_takes_little_more_room_than_its_body() -> None:
    delivery = reporting(UUID(int=1), 1, b"x" * 1_500)
    assert len(packed_entries([delivery])) < 2_000


REFUSALS = [
    errors.ActivityIdTakenError(7, 2),
    errors.ActivityAlreadyOpenError(2, 7),
    errors.ActivityIdRangeError(-1),
    errors.ActivityIdsExhaustedError(),
    errors.ActivityNotOpenError(7, 2),
    errors.WorkOrderMovedOnError(2),
    UnreadableEventError(7, UUID(int=2), "It is damaged."),
]


@pytest.mark.parametrize("error", REFUSALS, ids=lambda error: type(error).__name__)
def test_a_refusal_arrives_with_its_sentence_and_its_facts(error: errors.WorktrailError) -> None:
    outcome = Outcome(1, 2, "recorded")
    first, second = unpacked_answers(packed_answers([outcome, error]))
    assert first == outcome
    assert (type(second), str(second), vars(second)) == (type(error), str(error), vars(error))


def test_a_failure_of_all_is_raised() -> None:
    with pytest.raises(StorageUnavailableError, match="gone"):
        unpacked_answers(packed_failure(StorageUnavailableError("gone")))


def test_a_message_that_cannot_be_read_fails_alone(writer: JournalWriter, client_id: UUID) -> None:
    whole = packed_entries([reporting(client_id, 1)])
    broken, answered = write_messages(writer, [b"broken", whole])
    with pytest.raises(NotCarriedOutError):
        unpacked_answers(broken)
    assert unpacked_answers(answered) == [Outcome(None, 1, "recorded")]


def test_a_batch_that_fails_does_not_end_the_journal(client_id: UUID) -> None:
    class Failing(Writer):
        failed = False

        async def write(self, entries: Sequence[Entry]) -> Written:
            if not self.failed:
                self.failed = True
                raise TypeError("a fault")
            return Written([Outcome(None, 1, "recorded")] * len(entries), 0.0)

        def close(self) -> None:
            """Have nothing to give back."""

    async def scenario() -> Outcome:
        journal = Journal(Failing())
        journal.start()
        with pytest.raises(TypeError):
            await journal.record(reporting(client_id, 1))
        outcome = await journal.record(reporting(client_id, 1))
        await journal.stop()
        return outcome

    assert asyncio.run(scenario()) == Outcome(None, 1, "recorded")
