"""A head is trusted only as far as its stream bears it out."""

from uuid import UUID, uuid4

import msgspec
import pytest

from application.journal_ports import FoldedStream
from domain.activity import Activity, ActivityEvent, ActivityOpened, evolve
from infrastructure import heads
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.journal_store import PostgresJournalStore
from infrastructure.mapper import EventMapper
from tests.recorded import recorded, report

OPENED = ActivityOpened(7, "request")
EVENTS: tuple[ActivityEvent, ...] = (report(b"{}"), OPENED, report(b"[]"))
STRANGE = Activity(version=3, activity_id=4_711)
"""What no fold of these events amounts to, so that it shows whether the head was believed."""


@pytest.fixture
def stream(log: EventLog, mapper: EventMapper) -> UUID:
    """A stream of three events, as something other than the journal might have written it."""
    stream = uuid4()
    log.insert_events(
        [
            mapper.to_stored_event(recorded(event, stream, version))
            for version, event in enumerate(EVENTS, start=1)
        ]
    )
    return stream


@pytest.fixture
def folded(log: EventLog, stream: UUID) -> Activity:
    """What its events amount to."""
    activity = Activity()
    for row, event in zip(log.select_events(stream), EVENTS, strict=True):
        activity = evolve(activity, event, row.recorded_at, "default")
    return activity


def save(database: Database, stream: UUID, head: Activity) -> None:
    with database.connection() as connection, connection.cursor() as cursor:
        heads.save(cursor, {stream: head})


def read(database: Database, stream: UUID, *, fold: bool = False) -> FoldedStream:
    store = PostgresJournalStore(database, EventMapper())
    try:
        with store.transaction() as transaction:
            return transaction.read([stream], folded=fold)[1][stream]
    finally:
        store.close()


def test_a_head_at_its_streams_version_is_believed(database: Database, stream: UUID) -> None:
    save(database, stream, STRANGE)
    assert read(database, stream) == STRANGE


def test_on_request_no_head_is_believed(database: Database, stream: UUID, folded: Activity) -> None:
    save(database, stream, STRANGE)
    assert read(database, stream, fold=True) == folded
    assert (folded.version, folded.activity_id, len(folded.reports)) == (3, 7, 2)


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM activity_heads",
        "UPDATE activity_heads SET shape = shape + 1",
        "UPDATE activity_heads SET shape = shape - 1",
        r"UPDATE activity_heads SET state = '\xc1'",
        r"UPDATE activity_heads SET state = ''",
        "UPDATE activity_heads SET state = state || '\\x00'",
        # The last byte of its activity id: it can be read as before, and tells another one.
        "UPDATE activity_heads SET state = set_byte(state, 4, get_byte(state, 4) + 1)",
    ],
    ids=[
        *("missing", "of a later shape", "of an earlier shape"),
        *("no MessagePack", "empty", "longer", "another id"),
    ],
)
def test_a_damaged_head_is_folded_anew(
    database: Database, stream: UUID, folded: Activity, damage: str
) -> None:
    save(database, stream, STRANGE)
    with database.connection() as connection:
        connection.execute(damage.encode())
    assert read(database, stream) == folded


def test_another_streams_head_is_not_believed(
    database: Database, stream: UUID, folded: Activity
) -> None:
    save(database, stream, folded)
    save(database, uuid4(), STRANGE)
    with database.connection() as connection:
        connection.execute(
            "UPDATE activity_heads SET state = other.state FROM activity_heads AS other"
            " WHERE activity_heads.stream_id = %s AND other.stream_id <> %s",
            (stream, stream),
        )
    assert read(database, stream) == folded


@pytest.mark.parametrize("version", [0, 2, 4, 99], ids="at version {}".format)
def test_a_head_behind_or_ahead_of_its_stream_is_folded_anew(
    database: Database, stream: UUID, folded: Activity, version: int
) -> None:
    save(database, stream, msgspec.structs.replace(STRANGE, version=version))
    assert read(database, stream) == folded


def test_a_head_without_a_stream_is_empty(database: Database) -> None:
    stream = uuid4()
    save(database, stream, STRANGE)
    assert read(database, stream) == Activity()


def test_each_of_many_streams_is_judged_by_itself(
    database: Database, stream: UUID, folded: Activity, log: EventLog, mapper: EventMapper
) -> None:
    believed, unknown = uuid4(), uuid4()
    log.insert_events([mapper.to_stored_event(recorded(OPENED, believed))])
    head = Activity(version=1, activity_id=4_711)
    save(database, believed, head)
    with log.locked() as cursor:
        trusted, doubtful = heads.read(cursor, [stream, believed, unknown])
    assert trusted == {believed: head, unknown: Activity()}
    assert doubtful == [stream]
    assert read(database, stream) == folded


def test_a_head_takes_the_place_of_the_one_before(database: Database, stream: UUID) -> None:
    save(database, stream, STRANGE)
    newer = msgspec.structs.replace(STRANGE, activity_id=None)
    save(database, stream, newer)
    assert read(database, stream) == newer
    with database.connection() as connection:
        assert connection.execute("SELECT count(*) FROM activity_heads").fetchone() == (1,)
