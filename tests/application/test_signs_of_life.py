"""A process is on record for as long as it serves, whatever becomes of the database meanwhile."""

from datetime import datetime, timedelta

import pytest

from application.ports import StorageUnavailableError
from application.signs_of_life import SignsOfLife
from domain.runs import Run
from infrastructure.database import Database
from infrastructure.event_ids import new_event_id
from infrastructure.process_runs import PostgresProcessRuns
from tests.recorded import ARRIVED
from tests.wire import Wire


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = ARRIVED

    def __call__(self) -> datetime:
        return self.time

    def go_on(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def at(seconds: float) -> datetime:
    return ARRIVED + timedelta(seconds=seconds)


def signs_on(database: Database, clock: Clock) -> SignsOfLife:
    return SignsOfLife(PostgresProcessRuns(database), new_event_id, clock)


def told(database: Database) -> list[tuple[datetime, datetime, bool]]:
    runs = PostgresProcessRuns(database).since(at(-1)).runs
    found = [(run.started_at, run.alive_at, run.stopped) for run in runs]
    return sorted(found)


def test_a_run_is_as_long_as_its_signs_go_on(database: Database) -> None:
    clock = Clock()
    signs = signs_on(database, clock)
    for _ in range(3):
        signs.give()
        clock.go_on(5)
    assert told(database) == [(at(0), at(10), False)]
    signs.stop()
    assert told(database) == [(at(0), at(15), True)]


def test_processes_have_runs_of_their_own(database: Database) -> None:
    clock = Clock()
    one, other = signs_on(database, clock), signs_on(database, clock)
    one.give()
    clock.go_on(5)
    other.give()
    clock.go_on(5)
    one.give()
    assert told(database) == [(at(0), at(10), False), (at(5), at(5), False)]


def test_a_process_that_waits_for_the_database_was_there_all_the_same(
    database: Database, wire: Wire
) -> None:
    clock = Clock()
    signs = signs_on(Database(wire.url), clock)
    signs.give()
    wire.cut()
    clock.go_on(60)
    for _ in range(3):
        with pytest.raises(StorageUnavailableError):
            signs.give()
        clock.go_on(60)
    wire.mend()
    signs.give()
    assert told(database) == [(at(0), at(240), False)]


def test_one_that_did_not_come_to_itself_for_long_was_not(database: Database, wire: Wire) -> None:
    clock = Clock()
    signs = signs_on(Database(wire.url), clock)
    signs.give()
    clock.go_on(3_600)
    wire.cut()
    with pytest.raises(StorageUnavailableError):
        signs.give()
    wire.mend()
    clock.go_on(5)
    signs.give()
    assert told(database) == [(at(0), at(0), False), (at(3_600), at(3_605), False)]


def test_a_clock_that_is_set_back_takes_no_sign_of_life_back(database: Database) -> None:
    clock = Clock()
    signs = signs_on(database, clock)
    clock.go_on(60)
    signs.give()
    clock.go_on(-30)
    signs.give()
    assert told(database) == [(at(60), at(60), False)]


def test_the_last_run_before_is_told_too_and_since_when_there_are_any(database: Database) -> None:
    store = PostgresProcessRuns(database)
    assert store.since(at(0)).recorded_since is None
    runs = [Run(new_event_id(), at(begin), at(begin + 10)) for begin in (0, 20, 40)]
    store.save(runs)
    assert store.since(at(25)).recorded_since == at(0)
    for moment, expected in (
        (-5, runs),
        (25, runs),
        (35, runs[1:]),
        (45, runs[1:]),
        (99, runs[2:]),
    ):
        assert list(store.since(at(moment)).runs) == expected
