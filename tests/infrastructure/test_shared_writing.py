"""Processes that share a filling write into the same rows without blocking one another for good."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import psycopg
import pytest

from application.read_model_ports import Row, Tracked
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.rebuild_session import PostgresRebuildSession
from tests.waiting import until

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype <> 'advisory'"
TOLD = "SELECT reports FROM delivery_health_2 ORDER BY client_id"


def a_report(client: int) -> Row:
    return (UUID(int=client), "default", date(2025, 12, 19), None, None, 9, 1, 0, 0, 0, 0, 0, 0, 0)


@contextmanager
def session(database: Database) -> Generator[PostgresRebuildSession]:
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        yield session


def test_two_that_need_each_others_rows_take_turns(database: Database) -> None:
    def the_other_way_round(tracked: Tracked) -> None:
        with session(database) as other, other.filling([tracked]) as [writing]:
            writing.fill([a_report(2)])
            writing.write([a_report(1)])

    with session(database) as ours, database.connect() as looking, ThreadPoolExecutor(1) as pool:
        tracked = ours.begin("delivery_health")
        with ours.filling([tracked]) as [writing]:
            writing.fill([a_report(1)])
            others = pool.submit(the_other_way_round, tracked)
            until(lambda: looking.execute(WAITING).fetchone() == (1,), 5)
            writing.write([a_report(2)])
        others.result()
        assert looking.execute(TOLD).fetchall() == [(2,), (2,)]


def test_who_shares_a_rebuild_that_is_over_writes_into_no_later_one(database: Database) -> None:
    with session(database) as sharing:
        with session(database) as first:
            tracked = first.begin("delivery_health")
        with session(database) as next_one:
            later = next_one.begin("delivery_health")
            with (
                pytest.raises(psycopg.errors.UndefinedTable),
                sharing.filling([tracked]) as [writing],
            ):
                writing.fill([a_report(1)])
            with sharing.filling([tracked]) as [writing]:
                writing.park(UUID(int=1), 1, "It waits.")
            with next_one.filling([later]) as [writing]:
                writing.fill([a_report(1)])
            assert next_one.switch(next_one.filled(later, 0))
            next_one.drop_others("delivery_health")
    with database.connection() as looking:
        assert looking.execute("SELECT sum(reports) FROM delivery_health_3").fetchone() == (1,)
        assert looking.execute("SELECT count(*) FROM parked_streams").fetchone() == (0,)
