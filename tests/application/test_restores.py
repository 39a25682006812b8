"""After a restore the log goes on beyond what is lost, and nothing means something else later."""

from collections.abc import Generator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from application.entries import Outcome
from application.epoch_ports import LogBusyError
from application.journal_writer import JournalWriter
from application.rebuild_ports import Progress
from domain.log_epochs import LastActivityId
from domain.restore import NothingLostError
from infrastructure import log_rows
from infrastructure.database import Database
from infrastructure.heads_rebuild import PostgresHeadsRebuild
from infrastructure.log_epochs import LOST, count
from infrastructure.mapper import EventMapper
from tests.application.lost_events import LostEvents
from tests.application.whole_log import WholeLog
from tests.commands import opening, releasing, reporting


@pytest.fixture
def lost(database: Database) -> LostEvents:
    return LostEvents(database)


@pytest.fixture
def busy(database: Database) -> Generator[None]:
    with database.connect() as holder, holder.transaction(), holder.cursor() as cursor:
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
        log_rows.lock(cursor)
        yield


def report(writer: JournalWriter, client_id: UUID, *work_orders: int) -> list[int | None]:
    """Report work orders, each of which opens an activity, and return the activities' ids."""
    told = [reporting(client_id, number, b"%d" % number, opens=True) for number in work_orders]
    answers = writer.write(told)
    return [answer.activity_id for answer in answers if isinstance(answer, Outcome)]


def test_what_is_written_next_stands_behind_the_epochs_own_event(
    writer: JournalWriter, lost: LostEvents, whole_log: WholeLog, client_id: UUID
) -> None:
    report(writer, client_id, 1, 2, 3, 4)
    lost.behind(4)

    told = lost.restored([client_id], last_position=8, reason="the disk broke")
    report(writer, client_id, 5)

    assert [it.position for it in whole_log.events()] == [1, 2, 3, 4, 9, 10, 11]
    whole_log.check()
    event = told.epoch.restored
    assert (event.epoch, event.restored_end, event.first_position) == (2, 4, 9)
    assert (event.is_assumed, event.reason, told.epoch.actor) == (False, "the disk broke", "tests")
    assert whole_log.events()[4].event == event
    assert lost.restores.all() == [told.epoch]
    assert told.epoch.last_recorded_at == whole_log.events()[3].recorded_at


def test_a_writer_that_goes_on_gives_no_lost_id_out_again(
    writer: JournalWriter, lost: LostEvents, client_id: UUID
) -> None:
    assert report(writer, client_id, 1, 2) == [1, 2]
    lost_ids = report(writer, client_id, 3, 4, 5)
    lost.behind(4)

    told = lost.restored([client_id], last_position=10)

    assert told.highest_ids == {client_id: 2}
    assert told.epoch.restored.activity_ids == (LastActivityId(client_id, 8),)
    assert report(writer, client_id, 6, 3) == [9, 10]
    assert lost_ids == [3, 4, 5]


def test_an_id_that_is_asked_for_is_opened_whatever_was_lost(
    writer: JournalWriter, lost: LostEvents, client_id: UUID
) -> None:
    report(writer, client_id, 1, 2)
    lost.behind(2)
    lost.restored([client_id], last_position=4)
    [answer] = writer.write([opening(client_id, 2, 2)])
    assert isinstance(answer, Outcome)
    assert answer.activity_id == 2


def test_other_clients_ids_go_on_as_they_were(
    writer: JournalWriter, lost: LostEvents, client_id: UUID
) -> None:
    other = uuid4()
    report(writer, client_id, 1)
    report(writer, other, 1)
    lost.behind(4)
    lost.restored([client_id], last_position=10)
    assert report(writer, other, 2) == [2]


def test_a_second_restore_passes_over_what_the_first_one_did(
    writer: JournalWriter, lost: LostEvents, whole_log: WholeLog, client_id: UUID
) -> None:
    report(writer, client_id, 1, 2)
    lost.behind(2)
    lost.restored([client_id], last_position=102)
    lost.restored([client_id], last_position=105)
    assert report(writer, client_id, 3) == [104]
    lost.behind(106)
    lost.restored([client_id], last_position=110)
    assert report(writer, client_id, 3) == [108]
    assert [epoch.restored.epoch for epoch in lost.restores.all()] == [2, 3, 4]
    whole_log.check()


def test_links_that_know_of_more_than_the_log_are_undone(
    writer: JournalWriter, lost: LostEvents, whole_log: WholeLog, client_id: UUID
) -> None:
    report(writer, client_id, 1)
    writer.write([releasing(client_id, 1, 1), opening(client_id, 1, 1)])
    report(writer, client_id, 2)
    lost.alone_behind(2)

    told = lost.restored([client_id], last_position=3)

    # The link of work order 2 was opened at position 6, so more was lost than anybody said.
    assert told.epoch.restored.first_position == 7
    assert [(it.from_position, it.to_position) for it in whole_log.links()] == [(2, None)]
    assert report(writer, client_id, 1, 2) == [1, 7]
    whole_log.check()


def test_given_again_it_tells_what_is_on_record(
    writer: JournalWriter, lost: LostEvents, whole_log: WholeLog, client_id: UUID
) -> None:
    report(writer, client_id, 1, 2)
    first = lost.restored([client_id], last_position=9)
    again = lost.restored([client_id], last_position=9)
    assert (first.is_new, again.is_new) == (True, False)
    assert again.epoch == first.epoch
    assert len(whole_log.events()) == 5
    report(writer, client_id, 3)
    with pytest.raises(NothingLostError):
        lost.restored([client_id], last_position=9)


@pytest.mark.usefixtures("busy")
def test_a_lock_that_is_held_for_long_is_a_refusal(lost: LostEvents) -> None:
    with pytest.raises(LogBusyError, match="so nothing was recorded"):
        lost.restored(last_position=9)
    assert lost.restores.all() == []


def test_times_never_go_back_over_a_restore(
    database: Database, writer: JournalWriter, lost: LostEvents, client_id: UUID
) -> None:
    report(writer, client_id, 1)
    ahead = datetime(2100, 1, 1, tzinfo=UTC)
    with database.connection() as connection:
        connection.execute("UPDATE event_log SET recorded_at = %s", (ahead,))
    assert lost.restored(last_position=9).epoch.restored_at == ahead


def test_events_are_counted_without_what_is_lost(
    database: Database, writer: JournalWriter, lost: LostEvents, client_id: UUID
) -> None:
    report(writer, client_id, 1, 2)
    lost.restored(last_position=1_000)
    report(writer, client_id, 3)
    lost.restored(last_position=2_000)
    with database.connection() as connection, connection.cursor(binary=True) as cursor:
        counted = {it: count(cursor, it) for it in (0, 4, 1_001, 1_003, 2_001)}
        assert counted == {0: 0, 4: 4, 1_001: 5, 1_003: 7, 2_001: 8}
        assert cursor.execute(LOST.encode()).fetchall() == [(1_001, 996), (2_001, 997)]


def test_heads_are_rebuilt_over_a_restore(
    database: Database,
    writer: JournalWriter,
    lost: LostEvents,
    whole_log: WholeLog,
    client_id: UUID,
) -> None:
    report(writer, client_id, 1, 2, 3)
    lost.behind(4)
    lost.restored([client_id], last_position=5_000)
    report(writer, client_id, 3, 4)
    told: list[Progress] = []
    PostgresHeadsRebuild(database, EventMapper())(told.append)
    whole_log.check()
    assert told[-1] == Progress("heads", "done", 9, 9)
