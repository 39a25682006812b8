"""Refused attempts and pings are counted by client and minute, once each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.aggregates import Aggregates
from application.clients import Clients
from application.ports import StorageUnavailableError
from application.registry import Registry
from application.traffic import Traffic
from domain.client import AttemptsRefused, PingsSeen
from infrastructure.client_events import PostgresClientEvents
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.event_ids import new_event_id
from infrastructure.event_log import EventLog
from infrastructure.mapper import EventMapper
from infrastructure.secrets import PepperedHash, new_secret
from tests.application.whole_log import WholeLog
from tests.log_lock import waiting_writers
from tests.recorded import ARRIVED
from tests.waiting import until
from tests.wire import Wire

MINUTE = ARRIVED.replace(second=0, microsecond=0)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = ARRIVED

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def traffic(clients: Clients, clock: Clock) -> Traffic:
    return Traffic(clients, clock)


def counts(whole_log: WholeLog) -> list[object]:
    return [recorded.event for recorded in whole_log.events()]


def test_nothing_counted_leaves_no_event(traffic: Traffic, whole_log: WholeLog) -> None:
    traffic.put_on_record()
    assert counts(whole_log) == []


def test_counts_are_kept_by_client_kind_and_minute(
    traffic: Traffic, clock: Clock, whole_log: WholeLog, client_id: UUID
) -> None:
    other = uuid4()
    for _ in range(3):
        traffic.count(client_id, AttemptsRefused)
    traffic.count(client_id, PingsSeen)
    traffic.count(other, PingsSeen)
    clock.time += timedelta(minutes=1)
    traffic.count(client_id, AttemptsRefused)
    traffic.put_on_record()
    assert [(it.client_id, it.event) for it in whole_log.events()] == [
        (client_id, AttemptsRefused(MINUTE, 3)),
        (client_id, PingsSeen(MINUTE, 1)),
        (other, PingsSeen(MINUTE, 1)),
        (client_id, AttemptsRefused(MINUTE + timedelta(minutes=1), 1)),
    ]
    assert {it.metadata.origin for it in whole_log.events()} == {"webhook"}


def test_refused_attempts_are_counted_apart_by_source(
    traffic: Traffic, whole_log: WholeLog, client_id: UUID
) -> None:
    for source in ("192.0.2.1", "192.0.2.2", "192.0.2.1"):
        traffic.count(client_id, AttemptsRefused, source)
    traffic.put_on_record()
    assert counts(whole_log) == [
        AttemptsRefused(MINUTE, 2, "192.0.2.1"),
        AttemptsRefused(MINUTE, 1, "192.0.2.2"),
    ]


def test_beyond_a_bound_sources_are_counted_together(
    traffic: Traffic, whole_log: WholeLog, client_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.traffic.MOST_COUNTS", 1)
    for source in ("192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1"):
        traffic.count(client_id, AttemptsRefused, source)
    traffic.put_on_record()
    assert counts(whole_log) == [
        AttemptsRefused(MINUTE, 2, "192.0.2.1"),
        AttemptsRefused(MINUTE, 2),
    ]


def test_pings_are_counted_apart_by_sender_whatever_else_is_counted(
    traffic: Traffic, whole_log: WholeLog, client_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.traffic.MOST_COUNTS", 1)
    for sender in ("subscriber", "provider", "subscriber"):
        traffic.count(client_id, PingsSeen, sender)
    traffic.put_on_record()
    assert [(it.metadata.sender, it.event) for it in whole_log.events()] == [
        ("subscriber", PingsSeen(MINUTE, 2)),
        ("provider", PingsSeen(MINUTE, 1)),
    ]


def test_a_ping_after_a_silence_is_news_and_one_of_many_is_not(
    traffic: Traffic, clock: Clock, client_id: UUID
) -> None:
    def is_news(sender: str, minutes: int) -> bool:
        traffic.news.clear()
        clock.time += timedelta(minutes=minutes)
        traffic.count(client_id, PingsSeen, sender)
        return traffic.news.is_set()

    assert is_news("subscriber", 0)
    assert not is_news("subscriber", 10)
    assert is_news("provider", 0)
    assert is_news("subscriber", 11)
    traffic.news.clear()
    traffic.count(client_id, AttemptsRefused, "192.0.2.1")
    assert not traffic.news.is_set()


def test_what_is_on_record_is_not_put_there_again(
    traffic: Traffic, whole_log: WholeLog, client_id: UUID
) -> None:
    traffic.count(client_id, PingsSeen)
    traffic.put_on_record()
    traffic.put_on_record()
    traffic.count(client_id, PingsSeen)
    traffic.put_on_record()
    assert counts(whole_log) == [PingsSeen(MINUTE, 1)] * 2


def test_counting_from_many_threads_loses_nothing(
    traffic: Traffic, whole_log: WholeLog, client_id: UUID
) -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(1_000):
            pool.submit(traffic.count, client_id, AttemptsRefused)
    traffic.put_on_record()
    assert counts(whole_log) == [AttemptsRefused(MINUTE, 1_000)]


def test_two_who_put_on_record_at_once_record_every_count_once(
    traffic: Traffic, whole_log: WholeLog, database: Database, client_id: UUID
) -> None:
    traffic.count(client_id, PingsSeen)
    with ThreadPoolExecutor() as pool:
        with EventLog(database).locked():
            first = pool.submit(traffic.put_on_record)
            until(lambda: waiting_writers(database))
            second = pool.submit(traffic.put_on_record)
            until(second.running)
        for recording in (first, second):
            recording.result(timeout=10)
    assert counts(whole_log) == [PingsSeen(MINUTE, 1)]


def test_counts_are_kept_while_the_database_is_away(
    wire: Wire, clock: Clock, whole_log: WholeLog, client_id: UUID
) -> None:
    far, mapper = Database(wire.url), EventMapper()
    aggregates = Aggregates(EventLog(far), mapper, new_event_id, now)
    registry = Registry(PostgresClientEvents(far, mapper))
    hashed = PepperedHash("a pepper for tests")
    traffic = Traffic(Clients(aggregates, registry, hashed, new_secret, new_event_id, now), clock)
    traffic.count(client_id, PingsSeen)
    wire.cut()
    with pytest.raises(StorageUnavailableError):
        traffic.put_on_record()
    traffic.count(client_id, PingsSeen)
    wire.mend()
    traffic.put_on_record()
    assert counts(whole_log) == [PingsSeen(MINUTE, 2)]
