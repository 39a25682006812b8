"""Events that lie apart in the log are read together, and no more of them than there is room."""

from collections.abc import Generator
from contextlib import closing
from uuid import UUID

import pytest

from application.read_model_ports import UnreadableEvent
from application.stream_ports import StreamPart
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


def streams(log: EventLog, mapper: EventMapper, *sizes: int) -> list[UUID]:
    """Fill two streams by turns, with events as large as that, and return their ids."""
    ids = [UUID(int=2), UUID(int=1)]
    events = [
        recorded(report(bytes(size)), ids[number % 2], number // 2 + 1)
        for number, size in enumerate(sizes)
    ]
    log.insert_events([mapper.to_stored_event(event) for event in events])
    return ids


def test_parts_of_streams_are_read_one_after_the_other_and_asked_for_once(
    log: EventLog, mapper: EventMapper, counting: CountingDatabase, events: PostgresRecordedEvents
) -> None:
    first, second = streams(log, mapper, *[1] * 8)
    parts = [StreamPart(first, 1, 3), StreamPart(second, 0, 4)]
    told = [(it.originator_id, it.originator_version) for it in events.of_streams(parts)]
    assert told == [(first, 2), (first, 3), *((second, version) for version in (1, 2, 3, 4))]
    assert counting.asked == 1
    assert list(events.of_streams([])) == []


def test_a_part_that_a_stream_does_not_reach_is_read_as_far_as_it_goes(
    log: EventLog, mapper: EventMapper, events: PostgresRecordedEvents
) -> None:
    first, second = streams(log, mapper, *[1] * 4)
    parts = [StreamPart(first, 1, 9), StreamPart(UUID(int=7), 0, 9), StreamPart(second, 1, 9)]
    told = [(it.originator_id, it.originator_version) for it in events.of_streams(parts)]
    assert told == [(first, 2), (second, 2)]


def test_large_parts_of_streams_are_read_as_they_are_taken(
    log: EventLog, mapper: EventMapper, counting: CountingDatabase, events: PostgresRecordedEvents
) -> None:
    sizes = [size * MEGABYTE for size in (1, 3, 2, 9, 3, 1)]
    first, second = streams(log, mapper, *sizes)
    reading = events.of_streams([StreamPart(first, 0, 3), StreamPart(second, 0, 3)])
    asked = [(next(reading).originator_version, counting.asked) for _ in sizes]
    assert asked == [(1, 1), (2, 1), (3, 2), (1, 3), (2, 4), (3, 5)]


def test_what_cannot_be_read_of_a_stream_is_told_at_its_place(
    database: Database, log: EventLog, mapper: EventMapper, events: PostgresRecordedEvents
) -> None:
    first, second = streams(log, mapper, 1, 1, 1, 1)
    with unreadable(database, 2):
        told = list(events.of_streams([StreamPart(first, 0, 2), StreamPart(second, 0, 2)]))
    assert [isinstance(it, UnreadableEvent) for it in told] == [False, False, True, False]
