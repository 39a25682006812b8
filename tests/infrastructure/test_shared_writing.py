"""Processes that share a filling write into the same rows without blocking one another for good."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from threading import Barrier
from uuid import UUID

import psycopg
import pytest

from application.read_model_ports import Row, Tracked
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.rebuild_session import PostgresRebuildSession

_CLIENTS = 1_000
_TURNS = 5
TOLD = "SELECT reports FROM delivery_health_2 ORDER BY client_id"


def a_report(client: int) -> Row:
    return (UUID(int=client), "default", date(2025, 12, 19), None, None, 9, 1, 0, 0, 0, 0, 0, 0, 0)


@contextmanager
def session(database: Database) -> Generator[PostgresRebuildSession]:
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        yield session


def test_two_that_need_each_others_rows_take_turns(database: Database) -> None:
    rows = [a_report(client) for client in range(_CLIENTS)]
    begun = Barrier(2)

    def write(tracked: Tracked, rows: list[Row]) -> None:
        with session(database) as one, one.filling([tracked]) as [writing]:
            begun.wait(10)
            for _ in range(_TURNS):
                writing.fill(rows)
                writing.write(rows)

    with session(database) as ours, ThreadPoolExecutor(2) as pool:
        tracked = ours.begin("delivery_health")
        writers = [pool.submit(write, tracked, order) for order in (rows, rows[::-1])]
        for writer in writers:
            writer.result()
    with database.connection() as looking:
        assert looking.execute(TOLD).fetchall() == [(4 * _TURNS,)] * _CLIENTS


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


def test_a_generation_is_cleaned_up_by_itself_once_it_is_filled(database: Database) -> None:
    def options() -> object:
        with database.connection() as looking:
            asked = "SELECT reloptions FROM pg_class WHERE oid = 'timeline_2'::regclass"
            return looking.execute(asked).fetchone()

    with session(database) as ours:
        tracked = ours.begin("timeline")
        assert options() == (["autovacuum_enabled=false"],)
        ours.filled(tracked, 0)
        assert options() == (["autovacuum_enabled=true"],)
