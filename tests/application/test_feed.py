"""The change feed where a stream waits in the timeline: nobody stands still, nobody misses it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal
from uuid import UUID

import pytest

from application.aggregates import Aggregates
from application.feed import Feed, FeedItem, Included
from application.journal_writer import JournalWriter
from application.projections.timeline import Timeline
from application.retry import retry
from application.surroundings import Lookout, absence_member
from domain.client import Client
from domain.document import encode
from domain.history import Known, follow
from domain.identity import activity_stream
from domain.work_order import as_document
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.rebuild_session import PostgresRebuildSession
from infrastructure.recalls import PostgresRecalls
from infrastructure.recorded_events import PostgresRecordedEvents
from infrastructure.timeline_events import PostgresTimelineEvents
from tests.application.read_side import ReadSide
from tests.application.test_parked_streams import PickyTimeline, projections, write_some
from tests.commands import opening, reporting
from tests.counting import CountingDatabase
from tests.waiting import until

WAITING = """
    SELECT count(*) FROM pg_locks WHERE relation = 'timeline_1'::regclass AND NOT granted
"""
LATER_ROW = """
    INSERT INTO timeline_1
    SELECT 8, recorded_at, arrived_at, reported_at, stream_id, client_id, work_order_id, version,
           activity_id, late, name, verdict, sender, actor, changes
    FROM timeline_1 WHERE position = 7
"""
LATER_PLACE = "UPDATE projection_generations SET position = 8 WHERE projection = 'timeline'"


@pytest.fixture
def feed(database: Database, aggregates: Aggregates) -> Feed:
    lookout = Lookout(aggregates, PostgresRecalls(database))
    log = PostgresRecordedEvents(database, EventMapper())
    return Feed(PostgresTimelineEvents(database), log, aggregates, lookout)


def walk(feed: Feed, client_id: UUID, limit: int, after: int = 0) -> list[FeedItem]:
    told: list[FeedItem] = []
    while True:
        page = feed.page(Client(client_id=client_id), None, after, limit, "state")
        told += page.items
        if not page.is_full:
            return told
        after = page.end


@pytest.mark.parametrize("limit", [1, 2, 200])
def test_events_of_a_stream_that_waits_are_told_without_their_changes(
    feed: Feed,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    limit: int,
) -> None:
    write_some(writer, client_id)
    read_side.catch_up(projections(PickyTimeline(in_the_table=False)))
    waiting = walk(feed, client_id, limit)
    assert [item.position for item in waiting] == [1, 2, 3, 4, 5, 6, 7]
    assert [item.position for item in waiting if item.changes is None] == [4, 6]
    assert {item.work_order_id for item in waiting if item.changes is None} == {2}
    assert {item.name for item in waiting} == {"WorkOrderReported"}
    assert walk(feed, client_id, limit, after=6)[0].position == 7

    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        retry(session, Timeline())
    mended = walk(feed, client_id, limit)
    assert [item.position for item in mended] == [1, 2, 3, 4, 5, 6, 7]
    assert all(item.changes is not None for item in mended)


def test_what_waits_is_told_only_as_far_as_the_timeline_is(
    feed: Feed, writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    write_some(writer, client_id)
    read_side.catch_up(projections(PickyTimeline(in_the_table=False)))
    writer.write([opening(client_id, 2, 20)])
    assert [item.position for item in walk(feed, client_id, 200)][-1] == 7
    assert feed.page(Client(client_id=client_id), None, None, 200).end == 7
    read_side.catch_up(projections(PickyTimeline(in_the_table=False)))
    assert walk(feed, client_id, 200)[-1].name == "ActivityOpened"


@pytest.mark.parametrize("include", ["state", "body"])
def test_what_cannot_be_read_any_more_holds_no_follower_up(
    feed: Feed,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    include: Included,
) -> None:
    write_some(writer, client_id)
    read_side.catch_up()
    read_side.execute("UPDATE event_log SET state = '\\x00' WHERE position = 4")
    page = feed.page(Client(client_id=client_id), None, 0, 200, include)
    assert [item.position for item in page.items] == [1, 2, 3, 4, 5, 6, 7]
    assert all(item.changes is not None for item in page.items)
    without = {item.position for item in page.items if item.included is None}
    # A body is of one event, a state of all up to it.
    assert without == ({4, 6} if include == "state" else {4})


@pytest.mark.parametrize("together", [1, 2, 25])
@pytest.mark.parametrize("limit", [1, 3, 200])
def test_a_state_is_to_the_byte_what_the_stream_amounts_to_up_to_its_event(
    feed: Feed,
    aggregates: Aggregates,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
    together: int,
    limit: int,
) -> None:
    write_some(writer, client_id)
    writer.write([opening(client_id, 2, 20)])
    for sender, provider in (("north", 5), ("south", 6), ("north", 7)):
        told = encode({"Object": {"Id": 2, "Nte": Decimal("1.50"), "ProviderId": provider}})
        writer.write([reporting(client_id, 2, told, sender=sender)])
    write_some(writer, client_id)
    read_side.catch_up()
    monkeypatch.setattr("application.feed_states._TOGETHER", together)
    client = Client(client_id=client_id)
    lookout = Lookout(aggregates, PostgresRecalls(database))
    items = walk(feed, client_id, limit)
    assert len(items) == 18
    versions: Counter[int] = Counter()
    for item in items:
        assert item.work_order_id is not None
        stream_id = activity_stream(client_id, item.work_order_id)
        versions[item.work_order_id] += 1
        known = Known()
        for recorded in aggregates.recorded(stream_id, upto=versions[item.work_order_id]):
            known = follow(known, recorded).after
        absences = lookout.absences(client, stream_id, known)
        state = as_document(known.work_order) | absence_member(absences)
        assert encode(item.included) == encode(state)


@pytest.mark.parametrize("include", ["state", "body"])
def test_what_a_page_needs_of_the_log_is_asked_for_together(
    schema_url: str,
    aggregates: Aggregates,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    include: Included,
) -> None:
    write_some(writer, client_id)
    read_side.catch_up()
    with closing(CountingDatabase(schema_url)) as counting:
        lookout = Lookout(aggregates, PostgresRecalls(database))
        log = PostgresRecordedEvents(counting, EventMapper())
        feed = Feed(PostgresTimelineEvents(database), log, aggregates, lookout)
        page = feed.page(Client(client_id=client_id), None, 0, 200, include)
        assert len([item.included for item in page.items if item.included]) == 7
        assert counting.asked == 1


def test_a_page_is_no_larger_than_there_is_room(
    feed: Feed,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_some(writer, client_id)
    read_side.catch_up()
    monkeypatch.setattr("application.feed._MOST_BYTES", 1)
    page = feed.page(Client(client_id=client_id), None, 0, 200, "body")
    assert ([item.position for item in page.items], page.end, page.is_full) == ([1], 1, True)
    assert [item.position for item in walk(feed, client_id, 200)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_page_tells_nothing_behind_its_end(
    feed: Feed,
    database: Database,
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
) -> None:
    """What the timeline took between two looks at it would be told again with the next page."""
    write_some(writer, client_id)
    read_side.catch_up()
    with database.connect() as moving, ThreadPoolExecutor(1) as pool:
        moving.execute("BEGIN")
        moving.execute("LOCK TABLE timeline_1")
        reading = pool.submit(feed.page, Client(client_id=client_id), None, 0, 200)
        until(lambda: moving.execute(WAITING).fetchone() == (1,), seconds=2)
        moving.execute(LATER_ROW)
        moving.execute(LATER_PLACE)
        moving.execute("COMMIT")
        page = reading.result()
    assert page.items[-1].position <= page.end
