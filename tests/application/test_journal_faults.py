"""A batch whose connection fails is written once or not at all, and never guessed about."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from uuid import UUID

import pytest

from application.entries import Outcome
from application.journal_writer import JournalStoppedError, JournalWriter
from application.ports import StorageUnavailableError
from tests.application.whole_log import WholeLog
from tests.commands import opening, reporting
from tests.waiting import until
from tests.wire import Fate, Wire

UNENCODABLE_TEXT = "\ud83d"


def test_with_the_database_away_nothing_is_written_and_the_writer_recovers(
    far_writer: JournalWriter, wire: Wire, whole_log: WholeLog, client_id: UUID
) -> None:
    wire.cut()
    with pytest.raises(StorageUnavailableError):
        far_writer.write([reporting(client_id, 1)])
    wire.mend()
    assert far_writer.write([reporting(client_id, 1)]) == [Outcome(None, 1, "recorded")]
    wire.cut()
    wire.mend()
    with pytest.raises(StorageUnavailableError):
        far_writer.write([reporting(client_id, 1, b"[]")])
    assert far_writer.write([reporting(client_id, 1, b"[]")]) == [Outcome(None, 2, "recorded")]
    whole_log.check()


def test_a_commit_that_never_arrived_has_written_nothing(
    far_writer: JournalWriter, wire: Wire, whole_log: WholeLog, client_id: UUID
) -> None:
    wire.commits_meet(Fate.REQUEST_LOST)
    with pytest.raises(StorageUnavailableError):
        far_writer.write([opening(client_id, 1), reporting(client_id, 1)])
    assert whole_log.events() == []
    assert far_writer.write([opening(client_id, 1)]) == [Outcome(1, 1)]


@pytest.mark.parametrize("lost_again", [0, 1, 2])
def test_a_commit_whose_answer_was_lost_is_found_and_not_written_again(
    far_writer: JournalWriter,
    wire: Wire,
    whole_log: WholeLog,
    client_id: UUID,
    lost_again: int,
) -> None:
    wire.commits_meet(Fate.ANSWER_LOST, *[Fate.REQUEST_LOST] * lost_again)
    answers = far_writer.write([opening(client_id, 1), reporting(client_id, 1)])
    assert answers == [Outcome(1, 1), Outcome(1, 2, "recorded")]
    assert len(whole_log.events()) == 2
    whole_log.check()


def test_a_doubt_is_waited_out_while_the_database_is_away(
    far_writer: JournalWriter, wire: Wire, whole_log: WholeLog, client_id: UUID
) -> None:
    wire.commits_meet(Fate.ANSWER_LOST_FOR_GOOD)
    with ThreadPoolExecutor() as pool:
        answers = pool.submit(far_writer.write, [opening(client_id, 1)])
        until(lambda: wire.refused >= 3)
        assert not answers.done()
        wire.mend()
        assert answers.result(timeout=30) == [Outcome(1, 1)]
    assert len(whole_log.events()) == 1


@pytest.mark.usefixtures("database")
def test_a_process_that_stops_waits_no_longer_for_a_doubt_to_be_resolved(
    far_writer: JournalWriter, wire: Wire, client_id: UUID, stopping: Event
) -> None:
    wire.commits_meet(Fate.ANSWER_LOST_FOR_GOOD)
    stopping.set()
    with pytest.raises(JournalStoppedError):
        far_writer.write([opening(client_id, 1)])


def test_what_was_written_before_the_line_went_dead_is_answered_as_written(
    far_writer: JournalWriter, wire: Wire, whole_log: WholeLog, client_id: UUID
) -> None:
    batch = [
        reporting(client_id, 1),
        reporting(client_id, 2),
        opening(client_id, 3, reason=UNENCODABLE_TEXT),
        reporting(client_id, 4),
    ]
    wire.commits_meet(Fate.LAST)
    first, second, *others = far_writer.write(batch)
    assert [first, second] == [Outcome(None, 1, "recorded")] * 2
    assert [type(answer) for answer in others] == [StorageUnavailableError] * 2
    assert len(whole_log.events()) == 2
