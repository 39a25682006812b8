"""Following the log: nothing is missed, nothing comes twice, whatever happens meanwhile."""

import time
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import pytest
from eventsourcing.persistence import Notification

from application.ports import StorageUnavailableError
from infrastructure.database import Database, Rows
from infrastructure.event_log import EventLog
from infrastructure.log_subscription import LogSubscription
from tests.recorded import stored
from tests.waiting import until

BY_HAND = """
    INSERT INTO event_log
    SELECT coalesce(max(position), 0) + 1, now(), now(), gen_random_uuid(), gen_random_uuid(),
           gen_random_uuid(), NULL, 1, 'test.v1', ''
    FROM event_log
"""
LISTENING = """
    SELECT pid FROM pg_stat_activity
    WHERE query = 'LISTEN "event_log_' || 'event_log'::regclass::oid || '"' AND state = 'idle'
"""


def is_listening(connection: Rows) -> bool:
    return connection.execute(LISTENING.encode()).fetchone() is not None


@pytest.fixture
def onlooker(database: Database) -> Generator[Rows]:
    with database.connect() as connection:
        yield connection


class Interrupted(EventLog):
    """A log into which something is appended in the middle of one read, before or after it."""

    def __init__(self, database: Database, *, before: bool) -> None:
        super().__init__(database)
        self._before = before
        self._reads = 0

    def select_notifications(self, *args: Any, **kwargs: Any) -> Sequence[Notification]:
        self._reads += 1
        if self._reads == 1 and self._before:
            self.insert_events([stored()])
        found = super().select_notifications(*args, **kwargs)
        if self._reads == 1 and not self._before:
            self.insert_events([stored()])
        return found


class Noting(EventLog):
    """A log that notes from where it was read."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.starts: list[int | None] = []

    def select_notifications(
        self, start: int | None, *args: Any, **kwargs: Any
    ) -> Sequence[Notification]:
        self.starts.append(start)
        return super().select_notifications(start, *args, **kwargs)


def test_an_event_is_found_whose_announcement_was_lost(log: EventLog, onlooker: Rows) -> None:
    with ThreadPoolExecutor() as pool, log.subscribe() as subscription:
        following = pool.submit(next, subscription)
        until(lambda: is_listening(onlooker))
        onlooker.execute(BY_HAND)
        assert following.result(timeout=30).id == 1


def test_announced_events_are_found_sooner_than_by_looking_now_and_then(log: EventLog) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor() as pool, log.subscribe() as subscription:
        for position in range(1, 21):
            following = pool.submit(next, subscription)
            log.insert_events([stored()])
            assert following.result(timeout=30).id == position
    # Looking alone finds one in half a second.
    assert time.monotonic() - begun < 5


def test_a_subscription_that_begins_while_others_write_misses_nothing(log: EventLog) -> None:
    with ThreadPoolExecutor() as pool:
        writing = [pool.submit(log.insert_events, [stored(), stored()]) for _ in range(200)]
        until(writing[20].done)
        with log.subscribe(gt=10) as subscription:
            assert [row.id for row in islice(subscription, 390)] == list(range(11, 401))


@pytest.mark.parametrize("before", [True, False], ids=["before it", "after it"])
@pytest.mark.parametrize("already", [0, 3])
def test_what_is_committed_around_a_read_comes_once(
    database: Database, already: int, before: bool
) -> None:
    log = Interrupted(database, before=before)
    if already:
        EventLog(database).insert_events([stored() for _ in range(already)])
    with log.subscribe() as subscription:
        found = [row.id for row in islice(subscription, already + 1)]
        log.insert_events([stored()])
        found.append(next(subscription).id)
    assert found == list(range(1, already + 3))


def test_events_up_to_the_position_asked_for_never_come(database: Database) -> None:
    log = Noting(database)
    log.insert_events([stored() for _ in range(2)])
    with ThreadPoolExecutor() as pool, log.subscribe(gt=4) as subscription:
        following = pool.submit(next, subscription)
        until(lambda: len(log.starts) == 2)
        for _ in range(3):
            log.insert_events([stored()])
        assert following.result(timeout=30).id == 5


def test_a_subscription_to_names_moves_on_past_the_others(database: Database) -> None:
    log = Noting(database)
    log.insert_events([stored(), stored(name="wanted.v1"), *(stored() for _ in range(7))])
    with ThreadPoolExecutor() as pool, log.subscribe(topics=["wanted.v1"]) as subscription:
        assert next(subscription).id == 2
        following = pool.submit(next, subscription)
        until(lambda: 9 in log.starts)
        log.insert_events([stored(), stored(name="wanted.v1")])
        assert following.result(timeout=30).id == 11


def test_more_events_than_a_page_holds_come_in_order(log: EventLog) -> None:
    log.insert_events([stored(name=f"name-{number % 2}.v1") for number in range(2_100)])
    with log.subscribe(gt=50) as subscription:
        assert [row.id for row in islice(subscription, 2_050)] == list(range(51, 2_101))
    with log.subscribe(topics=["name-0.v1"]) as subscription:
        assert [row.id for row in islice(subscription, 1_050)] == list(range(1, 2_101, 2))


def test_a_lost_connection_is_told_and_the_next_call_goes_on(log: EventLog, onlooker: Rows) -> None:
    with ThreadPoolExecutor() as pool, log.subscribe() as subscription:
        following = pool.submit(next, subscription)
        until(lambda: is_listening(onlooker))
        onlooker.execute(f"SELECT pg_terminate_backend(pid) FROM ({LISTENING}) AS it".encode())
        with pytest.raises(StorageUnavailableError):
            following.result(timeout=30)
        log.insert_events([stored()])
        assert pool.submit(next, subscription).result(timeout=30).id == 1


def test_a_connection_lost_before_it_listens_is_told_and_the_next_call_goes_on(
    log: EventLog, database: Database, onlooker: Rows
) -> None:
    def connect() -> Rows:
        connection = database.connect()
        if not lost:
            lost.append(connection.info.backend_pid)
            onlooker.execute("SELECT pg_terminate_backend(%s, 5000)", lost)
        return connection

    lost: list[int] = []
    log.insert_events([stored()])
    with LogSubscription(log, connect, gt=0, topics=()) as subscription:
        with pytest.raises(StorageUnavailableError):
            next(subscription)
        assert next(subscription).id == 1


def test_another_thread_can_end_it(log: EventLog, onlooker: Rows) -> None:
    with ThreadPoolExecutor() as pool, log.subscribe() as subscription:
        following = pool.submit(list, subscription)
        until(lambda: is_listening(onlooker))
        subscription.stop()
        assert following.result(timeout=30) == []
    until(lambda: not is_listening(onlooker))
