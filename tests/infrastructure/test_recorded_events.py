"""Events that lie apart in the log are read together, and no more of them than there is room."""

from collections.abc import Generator
from contextlib import closing

import pytest

from application.read_model_ports import UnreadableEvent
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.mapper import EventMapper
from infrastructure.recorded_events import PostgresRecordedEvents
from tests.counting import CountingDatabase
from tests.damage import unreadable
from tests.recorded import recorded, report

MEGABYTE = 1_000_000


@pytest.fixture
def counting(schema_url: str) -> Generator[CountingDatabase]:
    with closing(CountingDatabase(schema_url)) as counting:
        yield counting


@pytest.fixture
def events(counting: CountingDatabase, mapper: EventMapper) -> PostgresRecordedEvents:
    return PostgresRecordedEvents(counting, mapper)


def fill(log: EventLog, mapper: EventMapper, *bodies: bytes) -> None:
    log.insert_events([mapper.to_stored_event(recorded(report(body))) for body in bodies])


def test_a_whole_page_of_the_feed_is_asked_for_once(
    log: EventLog, mapper: EventMapper, counting: CountingDatabase, events: PostgresRecordedEvents
) -> None:
    fill(log, mapper, *[b"%d" % number for number in range(1, 601)])
    positions = list(range(2, 601, 3))
    told = list(events.at(positions))
    assert [it.position for it in told] == positions
    assert counting.asked == 1
    assert list(events.at([])) == []


def test_large_events_are_read_as_they_are_taken(
    log: EventLog, mapper: EventMapper, counting: CountingDatabase, events: PostgresRecordedEvents
) -> None:
    sizes = (1, 2, 1, 9, 1)
    fill(log, mapper, *[bytes(size * MEGABYTE) for size in sizes])
    reading = events.at([1, 2, 3, 4, 5])
    asked = [(next(reading).position, counting.asked) for _ in sizes]
    assert asked == [(1, 1), (2, 1), (3, 2), (4, 3), (5, 4)]


def test_an_event_that_cannot_be_read_is_told_at_its_place(
    database: Database, log: EventLog, mapper: EventMapper, events: PostgresRecordedEvents
) -> None:
    fill(log, mapper, b"1", b"2", b"3")
    with unreadable(database, 2):
        told = list(events.at([1, 2, 3]))
    assert [isinstance(it, UnreadableEvent) for it in told] == [False, True, False]


@pytest.mark.parametrize("positions", [[9], [1, 9], [1, 9, 10]])
def test_no_event_is_passed_over_in_silence(
    log: EventLog, mapper: EventMapper, events: PostgresRecordedEvents, positions: list[int]
) -> None:
    fill(log, mapper, b"1", b"2")
    with pytest.raises(LookupError, match="9"):
        list(events.at(positions))
