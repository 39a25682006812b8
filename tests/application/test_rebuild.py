"""Rebuilding: a new generation beside the living one, equal to it, read only when it is whole."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.journal_writer import JournalWriter
from application.projections import PROJECTIONS
from application.projector import Projector
from application.read_model_ports import RebuildRunningError
from application.rebuild import Rebuild, fill
from application.rebuild_ports import Progress
from domain.document import encode
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.projector_session import PostgresProjectorSession
from infrastructure.rebuild_session import PostgresRebuildSession
from infrastructure.shared_filling import BrokenShareError, SharedFilling
from tests.application.read_side import ORDERED_BY, ReadSide
from tests.commands import opening, releasing, reporting
from tests.recorded import ARRIVED


@pytest.fixture
def session(database: Database) -> Generator[PostgresRebuildSession]:
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        yield session


# A letter that stands for four.
LONG_WORD = "\ufdf2" * 500


def write_much(writer: JournalWriter, client_id: UUID) -> None:
    for number in range(40):
        work_order = number % 7 + 1
        told = encode(
            {
                "Object": {
                    "Id": work_order,
                    "Trade": f"T{number % 4}",
                    "Notes": [{"Id": number, "NoteData": f"note {number} {LONG_WORD}"}],
                }
            }
        )
        at = ARRIVED - timedelta(minutes=number % 5)
        writer.write([reporting(client_id, work_order, told, opens=True, reported_at=at)] * 2)
    writer.write([releasing(client_id, 1, 1), opening(client_id, 1, 90), opening(client_id, 77)])


def all_rows(read_side: ReadSide) -> dict[str, list[dict[str, Any]]]:
    return {name: read_side.rows(name) for name in ORDERED_BY}


@pytest.mark.parametrize("portion", [500, 3], ids=["whole streams", "streams in pieces"])
def test_what_is_rebuilt_equals_what_was_followed(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
    portion: int,
) -> None:
    monkeypatch.setattr("infrastructure.log_scan._PORTION", portion)
    write_much(writer, client_id)
    write_much(writer, uuid4())
    read_side.catch_up()
    followed = all_rows(read_side)
    told: list[Progress] = []

    Rebuild(session, PROJECTIONS, told.append).run()

    assert all_rows(read_side) == followed
    assert {read_side.generation(name) for name in ORDERED_BY} == {2}
    assert {progress.phase for progress in told} == {"filling", "indexing", "catching up", "done"}
    assert read_side.tables() == {f"{name}_2" for name in ORDERED_BY}


def test_shared_out_to_processes_it_is_the_same(
    session: PostgresRebuildSession,
    schema_url: str,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    write_much(writer, client_id)
    read_side.execute("UPDATE event_log SET state = '\\x00' WHERE position = 9")
    read_side.catch_up()
    followed = all_rows(read_side)
    parked = {name: [row[:2] for row in read_side.parked(name)] for name in ORDERED_BY}
    told: list[Progress] = []

    filling = SharedFilling(schema_url, fill, worth_a_process=10)
    Rebuild(session, PROJECTIONS, told.append, filling).run()

    assert all_rows(read_side) == followed
    assert parked == {name: [row[:2] for row in read_side.parked(name)] for name in ORDERED_BY}
    assert len(parked["timeline"]) == 1
    filled = [progress.done for progress in told if progress.phase == "filling"]
    assert filled[-1] == told[-1].total
    assert filled == sorted(filled)


def test_a_process_that_ends_early_breaks_the_rebuild_off(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    write_much(writer, client_id)
    read_side.catch_up()
    followed = all_rows(read_side)
    nowhere = SharedFilling("host=127.0.0.1 port=1", fill, worth_a_process=10)

    with pytest.raises(BrokenShareError):
        Rebuild(session, PROJECTIONS, lambda _: None, nowhere).run()
    assert all_rows(read_side) == followed


def test_the_projector_goes_on_in_the_new_generation(
    database: Database,
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    write_much(writer, client_id)
    with PostgresProjectorSession.opened(database, EventMapper()) as following:
        projector = Projector(following, PROJECTIONS)
        projector.round()
        Rebuild(session, PROJECTIONS, lambda _: None).run()
        write_much(writer, client_id)
        while projector.round():
            pass
    followed = all_rows(read_side)
    Rebuild(session, PROJECTIONS, lambda _: None).run()

    assert all_rows(read_side) == followed
    assert len(followed["timeline"]) > 80


def test_what_is_written_while_a_rebuild_runs_is_in_it(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    write_much(writer, client_id)
    read_side.catch_up()
    search = [told for told in PROJECTIONS if told.name == "activity_search"]

    def meanwhile(progress: Progress) -> None:
        if progress.phase in {"filling", "indexing"}:
            writer.write([reporting(client_id, 500 + progress.done)])
            read_side.catch_up()

    Rebuild(session, search, meanwhile).run()

    found = read_side.rows("activity_search")
    assert read_side.generation("activity_search") == 2
    assert read_side.generation("timeline") == 1
    read_side.catch_up()
    assert read_side.rows("activity_search") == found


def test_a_rebuild_takes_no_place_of_one_that_is_further(
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    writer.write([reporting(client_id, 1)])
    read_side.catch_up()
    behind = session.filled(session.begin("timeline"), 1)
    writer.write([reporting(client_id, 2)])
    read_side.catch_up()
    assert not session.switch(behind)
    assert (read_side.generation("timeline"), read_side.position("timeline")) == (1, 2)


def test_a_rebuild_that_is_broken_off_leaves_the_living_one_alone(
    database: Database,
    session: PostgresRebuildSession,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    write_much(writer, client_id)
    read_side.catch_up()
    followed = all_rows(read_side)

    class KilledError(Exception):
        pass

    for phase in ("filling", "indexing", "catching up"):

        def killed(progress: Progress) -> None:
            if progress.phase == phase:  # noqa: B023
                raise KilledError

        with (
            pytest.raises(KilledError),
            PostgresRebuildSession.connected(database, EventMapper()) as broken,
        ):
            Rebuild(broken, PROJECTIONS, killed).run()
        assert all_rows(read_side) == followed
        assert read_side.generation("timeline") == 1

    Rebuild(session, PROJECTIONS, lambda _: None).run()
    assert all_rows(read_side) == followed
    assert len(read_side.tables()) == len(PROJECTIONS)


def test_two_rebuilds_of_one_read_model_do_not_meet(
    database: Database, session: PostgresRebuildSession
) -> None:
    session.begin("timeline")
    with PostgresRebuildSession.connected(database, EventMapper()) as other:
        other.begin("activity_search")
        with pytest.raises(RebuildRunningError):
            Rebuild(other, PROJECTIONS, lambda _: None).run()
