"""Heads folded anew: the same as those there should be, whatever was there before."""

import time
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from uuid import UUID, uuid4

import pytest

from application.entries import Outcome
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


def test_a_stream_that_cannot_be_folded_keeps_the_head_that_it_has(
    database: Database, writer: JournalWriter
) -> None:
    client_id = uuid4()
    write_some(writer, client_id)
    with database.connection() as connection:
        connection.execute("UPDATE event_log SET state = '\\x00' WHERE position = 1")
    numbers: list[int] = []

    def meanwhile(told: Progress) -> None:
        numbers.append(told.total)
        report(b"meanwhile %d" % len(numbers))

    def report(body: bytes) -> None:
        [outcome] = writer.write([reporting(client_id, 1, body)])
        assert isinstance(outcome, Outcome), outcome

    assert PostgresHeadsRebuild(database, EventMapper())(meanwhile) == 5
    report(b"afterwards")
    assert len(numbers) > 3


def test_whoever_reads_heads_for_long_keeps_nobody_waiting(
    database: Database, writer: JournalWriter
) -> None:
    client_id = uuid4()
    write_some(writer, client_id)
    waited: list[float] = []
    ending = Event()

    def write_on() -> None:
        while not ending.is_set():
            began = time.monotonic()
            writer.write([reporting(client_id, 1, b"%d" % len(waited))])
            waited.append(time.monotonic() - began)

    with database.connect() as reader, ThreadPoolExecutor(1) as pool:
        # As a backup does, for a second longer than the new heads are ready.
        reader.execute("BEGIN; SELECT FROM activity_heads")
        told: list[Progress] = []
        ready_at: list[float] = []
        writing: list[Future[None]] = []

        def tell(progress: Progress) -> None:
            told.append(progress)
            if len(told) == 1:
                writing.append(pool.submit(write_on))
            if progress.phase == "catching up":
                ready_at.append(time.monotonic())
                if ready_at[-1] > ready_at[0] + 1:
                    reader.execute("COMMIT")

        try:
            PostgresHeadsRebuild(database, EventMapper())(tell)
        finally:
            ending.set()
        writing[0].result()
    assert told[-1].phase == "done"
    assert max(waited) < 1.5
    WholeLog(database).check()


def test_heads_that_are_read_for_very_long_are_left_as_they_are(
    database: Database, writer: JournalWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.heads_rebuild._ATTEMPTS", 1)
    write_some(writer, uuid4())
    with database.connect() as reader:
        reader.execute("BEGIN; SELECT FROM activity_heads")
        with pytest.raises(match="are read by somebody else"):
            PostgresHeadsRebuild(database, EventMapper())(lambda _: None)
    WholeLog(database).check()
