"""A stream that can neither be folded nor has a head fails its own commands alone, and in words."""

from uuid import UUID

import pytest

from application.distant_writer import write_messages
from application.entries import Answer, Outcome
from application.journal_messages import packed_entries, unpacked_answers
from application.journal_writer import JournalWriter
from application.ports import UnreadableEventError
from infrastructure.database import Database
from tests.application.whole_log import WholeLog
from tests.commands import opening, releasing, reporting
from tests.damage import distrust_head, unreadable

UNENCODABLE_TEXT = "\ud83d"
FURTHER = b'{"Further":1}'


def told(answers: list[Answer]) -> list[object]:
    """Return the outcomes as they are, and of what is unreadable the position and the stream."""
    return [
        (it.position, it.stream_id) if isinstance(it, UnreadableEventError) else it
        for it in answers
    ]


def test_its_commands_are_told_why_and_their_neighbours_are_carried_out(
    writer: JournalWriter, database: Database, whole_log: WholeLog, client_id: UUID
) -> None:
    writer.write([reporting(client_id, 1), reporting(client_id, 2)])
    batch = [
        reporting(client_id, 2, FURTHER),
        reporting(client_id, 1, FURTHER, opens=True),
        opening(client_id, 1, 5),
        opening(client_id, 3, 5),
        releasing(client_id, 1, 5),
    ]
    with unreadable(database, 1) as stream_id:
        distrust_head(database, stream_id)
        answers = writer.write(batch)
    why = (1, stream_id)
    assert told(answers) == [Outcome(None, 2, "recorded"), why, why, Outcome(5, 1), why]
    assert writer.write([batch[1]]) == [Outcome(6, 3, "recorded")]
    whole_log.check()


@pytest.mark.parametrize("position", [1, 2])
def test_the_first_event_that_cannot_be_read_is_told(
    writer: JournalWriter, database: Database, client_id: UUID, position: int
) -> None:
    writer.write([reporting(client_id, 1), opening(client_id, 1), reporting(client_id, 1, FURTHER)])
    with unreadable(database, 3), unreadable(database, position) as stream_id:
        distrust_head(database, stream_id)
        assert told(writer.write([releasing(client_id, 1, 1)])) == [(position, stream_id)]


def test_a_head_that_can_be_trusted_is_enough_also_beside_what_cannot_be_stored(
    writer: JournalWriter, database: Database, whole_log: WholeLog, client_id: UUID
) -> None:
    writer.write([reporting(client_id, 1)])
    poison = opening(client_id, 2, reason=UNENCODABLE_TEXT)
    with unreadable(database, 1):
        taken, failed = writer.write([reporting(client_id, 1, FURTHER), poison])
    assert taken == Outcome(None, 2, "recorded")
    assert isinstance(failed, UnicodeEncodeError)
    whole_log.check()


def test_nothing_is_written_of_commands_that_are_written_together(
    writer: JournalWriter, database: Database, whole_log: WholeLog, client_id: UUID
) -> None:
    writer.write([opening(client_id, 1, 5), reporting(client_id, 2)])
    with unreadable(database, 2) as stream_id:
        distrust_head(database, stream_id)
        with pytest.raises(UnreadableEventError):
            writer.write_together([releasing(client_id, 1, 5), opening(client_id, 2, 5)])
    assert len(whole_log.events()) == 2


def test_a_worker_is_told_as_well_and_other_workers_are_not_concerned(
    writer: JournalWriter, database: Database, client_id: UUID
) -> None:
    writer.write([reporting(client_id, 1)])
    messages = [packed_entries([reporting(client_id, id_, FURTHER)]) for id_ in (1, 2)]
    with unreadable(database, 1) as stream_id:
        distrust_head(database, stream_id)
        answers = [unpacked_answers(it) for it in write_messages(writer, messages)]
    assert [told(it) for it in answers] == [[(1, stream_id)], [Outcome(None, 1, "recorded")]]
