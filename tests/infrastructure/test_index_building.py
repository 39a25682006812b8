"""Indexes are made two at a time, all of them or with the reason why not."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from infrastructure.database import Database, Rows
from infrastructure.index_building import build_indexes
from tests.waiting import until

INDEXES = "SELECT indexname FROM pg_indexes WHERE tablename = 'told' ORDER BY indexname"
WAITING = """
    SELECT count(*) FROM pg_locks WHERE relation = 'told'::regclass AND NOT granted
"""


@pytest.fixture
def connections(database: Database) -> Generator[tuple[Rows, Rows]]:
    with database.connect() as first, database.connect() as second:
        first.execute("CREATE TABLE told (number integer)")
        yield first, second


def on_told(name: str, column: str = "number") -> sql.Composed:
    return sql.SQL("CREATE INDEX {} ON told ({})").format(
        sql.Identifier(name), sql.Identifier(column)
    )


def test_every_index_is_made_once(connections: tuple[Rows, Rows]) -> None:
    names = [f"told_{number:02}" for number in range(12)]

    build_indexes(*connections, [on_told(name) for name in names], lambda: None)

    assert [name for (name,) in connections[0].execute(INDEXES)] == names


def test_two_are_made_at_once(database: Database, connections: tuple[Rows, Rows]) -> None:
    statements = [on_told("told_1"), on_told("told_2")]
    with database.connect() as other, ThreadPoolExecutor(1) as pool:
        with other.transaction():
            other.execute("LOCK TABLE told IN ROW EXCLUSIVE MODE")
            building = pool.submit(build_indexes, *connections, statements, lambda: None)
            until(lambda: other.execute(WAITING).fetchone() == (2,), 2)
        building.result()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_cannot_be_made_is_told(connections: tuple[Rows, Rows], place: int) -> None:
    statements = [on_told("told_1"), on_told("told_2")]
    statements.insert(place, on_told("told_3", "nothing"))

    with pytest.raises(psycopg.errors.UndefinedColumn):
        build_indexes(*connections, statements, lambda: None)
