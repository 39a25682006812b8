"""Heads folded anew: the same as those there should be, whatever was there before."""

from collections.abc import Generator
from threading import Event
from uuid import UUID, uuid4

import pytest

from application.journal_writer import JournalWriter
from application.rebuild_ports import Progress
from infrastructure.database import Database
from infrastructure.event_ids import new_event_id
from infrastructure.heads_rebuild import PostgresHeadsRebuild
from infrastructure.journal_store import PostgresJournalStore
from infrastructure.mapper import EventMapper
from tests.application.whole_log import WholeLog
from tests.commands import opening, releasing, reporting


@pytest.fixture
def writer(database: Database) -> Generator[JournalWriter]:
    writer = JournalWriter(PostgresJournalStore(database, EventMapper()), new_event_id, Event())
    yield writer
    writer.close()


def write_some(writer: JournalWriter, client_id: UUID) -> None:
    for number in range(20):
        writer.write([reporting(client_id, number % 5 + 1, b"%d" % number, opens=True)] * 2)
    writer.write([releasing(client_id, 1, 1), opening(client_id, 1, 90)])


def test_damaged_heads_are_right_again(database: Database, writer: JournalWriter) -> None:
    write_some(writer, uuid4())
    with database.connection() as connection:
        connection.execute(
            "UPDATE activity_heads SET state = (SELECT state FROM activity_heads LIMIT 1)"
        )
    told: list[Progress] = []

    assert PostgresHeadsRebuild(database, EventMapper())(told.append) == 5
    WholeLog(database).check()
    assert [(progress.phase, progress.done) for progress in told] == [
        ("filling", 0), ("filling", 47), ("filling", 47), ("catching up", 47), ("done", 47),
    ]  # fmt: skip
    assert {(progress.name, progress.total) for progress in told} == {("heads", 47)}


def test_what_is_written_meanwhile_is_in_the_heads(
    database: Database, writer: JournalWriter
) -> None:
    client_id = uuid4()
    write_some(writer, client_id)

    def meanwhile(told: Progress) -> None:
        numbers.append(told.total)
        body = b"%d" % len(numbers)
        writer.write([reporting(client_id, 1, body), reporting(client_id, 77, body)])

    numbers: list[int] = []
    assert PostgresHeadsRebuild(database, EventMapper())(meanwhile) == 6
    WholeLog(database).check()
    writer.write([reporting(client_id, 77, b"newer")])
    WholeLog(database).check()
    assert PostgresHeadsRebuild(database, EventMapper())(lambda _: None) == 6
