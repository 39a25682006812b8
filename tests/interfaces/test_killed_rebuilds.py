"""A rebuild that is killed leaves what is read as it is, and the next one goes through."""

import random
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from application.journal_writer import JournalWriter
from infrastructure.database import Database
from tests.application.conftest import read_side, stopping, writer
from tests.application.read_side import ORDERED_BY, ReadSide
from tests.grown_log import grow
from tests.interfaces.told_rebuild import told_rebuild
from tests.proof import prove_whole
from tests.running import Service
from tests.waiting import until

__all__ = ["read_side", "stopping", "writer"]

# What a long log is shared out for is shared out for a short one too.
PROGRAM: Final = """
from functools import partial
import app
app.SharedFilling = partial(app.SharedFilling, worth_a_process=1_000)
app.cli()
"""
REPORTS: Final = 6_000
COMING: Final = 2_000
DRAWN: Final = random.Random(7)

# A read model is filled for up to two seconds, until its shares have begun and done their part.
ROUNDS: Final = [
    ("filling", 0.0),
    ("filling", DRAWN.uniform(0.0, 1.0)),
    ("filling", DRAWN.uniform(1.0, 2.0)),
    ("indexing", 0.0),
    ("indexing", DRAWN.uniform(0.0, 0.3)),
    ("catching up", 0.0),
]
HEADS_ROUNDS: Final = [
    ("filling", 0.0),
    ("filling", DRAWN.uniform(0.0, 0.3)),
    ("catching up", DRAWN.uniform(0.0, 0.1)),
]

LEFT_BEHIND: Final = """
    SELECT projection FROM projection_generations
    WHERE (projection, generation) NOT IN (SELECT projection, generation FROM projection_pointers)
    UNION ALL SELECT projection FROM parked_streams
    UNION ALL SELECT relname FROM pg_class WHERE oid = to_regclass('activity_heads_rebuilt')
"""
NEXT_NUMBER: Final = """
    SELECT last_generation + 1 FROM projection_pointers WHERE projection = 'delivery_health'
"""
WAITING: Final = """
    SELECT count(*) FROM pg_locks
    WHERE relation = to_regclass(%s) AND mode = 'ShareRowExclusiveLock' AND NOT granted
"""
HEADS: Final = "SELECT stream_id, shape, state FROM activity_heads ORDER BY stream_id"


@pytest.fixture
def site(schema_url: str, tmp_path: Path, writer: JournalWriter, read_side: ReadSide) -> Service:
    grow(writer, REPORTS)
    read_side.catch_up()
    return Service(schema_url, tmp_path, PROGRAM)


def test_killed_at_any_point_it_leaves_the_read_models_as_they_are(
    site: Service, writer: JournalWriter, read_side: ReadSide, database: Database
) -> None:
    untouched_in: set[str] = set()
    for phase, seconds in ROUNDS:
        before = living(read_side)
        with told_rebuild(site, *ORDERED_BY) as rebuild:
            rebuild.wait_for("filling")
            if phase == "catching up":
                grow(writer, COMING)
            rebuild.wait_for(phase)
            rebuild.kill(seconds)
        after = living(read_side)
        in_place = {name for name in ORDERED_BY if after[name][0] != before[name][0]}
        assert {name for name in ORDERED_BY if after[name] == before[name]} == (
            ORDERED_BY.keys() - in_place
        )
        if not in_place:
            untouched_in.add(rebuild.phases[-1])
    assert untouched_in == {"filling", "indexing", "catching up"}
    kill_one_that_shares_it(site, read_side, database)
    goes_through(site, database, *ORDERED_BY)
    assert read_side.tables() == {f"{name}_{read_side.generation(name)}" for name in ORDERED_BY}
    verdicts = site.json("projections", "verify", "--all")
    assert [verdict["Equal"] for verdict in verdicts] == [True] * len(ORDERED_BY)


def test_killed_at_any_point_it_leaves_the_heads_as_they_are(
    site: Service, writer: JournalWriter, database: Database
) -> None:
    for phase, seconds in HEADS_ROUNDS:
        before = rows(database, HEADS)
        with told_rebuild(site, "heads") as rebuild:
            rebuild.wait_for("filling")
            if phase == "catching up":
                grow(writer, COMING)
            rebuild.wait_for(phase)
            rebuild.kill(seconds)
        if phase == "filling":
            assert rows(database, HEADS) == before
        prove_whole(database)
    goes_through(site, database, "heads")
    prove_whole(database)


def test_processes_that_were_stopped_neither_hold_up_nor_spoil_the_next_rebuild(
    site: Service, schema_url: str, database: Database
) -> None:
    [(number,)] = rows(database, NEXT_NUMBER)
    table = f"delivery_health_{number}"
    names = ("timeline", "delivery_health")
    with told_rebuild(site, *names) as rebuild, ExitStack() as going_on:
        rebuild.wait_for("filling")
        with psycopg.connect(schema_url) as holding:
            holding.execute(f"LOCK TABLE {table}".encode())
            # All have written into the timeline by then.
            until(lambda: rows(database, WAITING, table) == [(len(rebuild.shares()) or 1,)], 20)
            for share in rebuild.shares():
                share.suspend()
                going_on.callback(share.resume)
        rebuild.process.kill()
        with told_rebuild(site, *names) as next_one:
            next_one.wait_for("filling")
            going_on.close()
            assert next_one.end() == 0
    assert rows(database, LEFT_BEHIND) == []
    verdicts = site.json("projections", "verify", "--all")
    assert [verdict["Equal"] for verdict in verdicts] == [True] * len(ORDERED_BY)


def living(read_side: ReadSide) -> dict[str, tuple[int, list[dict[str, Any]]]]:
    """Return of every read model which generation is read, and what is in it."""
    return {name: (read_side.generation(name), read_side.rows(name)) for name in ORDERED_BY}


def kill_one_that_shares_it(site: Service, read_side: ReadSide, database: Database) -> None:
    """Assert that a rebuild ends with a sentence where one of its processes is killed."""
    before = living(read_side)
    [(number,)] = rows(database, NEXT_NUMBER)
    filled = f"SELECT FROM timeline_{number} LIMIT 1"
    with told_rebuild(site, *ORDERED_BY) as rebuild:
        rebuild.wait_for("filling")
        until(lambda: rows(database, filled), 20)
        DRAWN.choice(rebuild.shares()).kill()
        assert rebuild.end() == 1
    [*_, sentence] = site.log.read_text().splitlines()
    assert sentence.startswith("worktrail: A process that had a share of the work ended before")
    assert living(read_side) == before


def goes_through(site: Service, database: Database, *names: str) -> None:
    """Assert that nothing is in the way of a rebuild, and nothing left behind by it."""
    rebuilt = site.command("projections", "rebuild", *names, "--yes")
    assert rebuilt.returncode == 0, rebuilt.stderr
    assert rows(database, LEFT_BEHIND) == []


def rows(database: Database, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Return what a question is answered."""
    with database.connection() as connection:
        return connection.execute(statement.encode(), values).fetchall()
