"""The schema is brought up once, by one process at a time, and never taken back."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.migrations import STEPS, NewerSchemaError, migrate, schema_version
from tests.recorded import stored


@pytest.fixture
def empty(schema_url: str) -> Generator[Database]:
    database = Database(schema_url)
    yield database
    database.close()


def tables(schema_url: str) -> set[str]:
    with psycopg.connect(schema_url) as connection:
        found = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        ).fetchall()
    return {str(name) for (name,) in found}


def steps(schema_url: str) -> list[int]:
    with psycopg.connect(schema_url) as connection:
        found = connection.execute("SELECT number FROM schema_steps ORDER BY 1").fetchall()
    return [int(number) for (number,) in found]


def test_an_empty_database_gets_every_step(empty: Database, schema_url: str) -> None:
    assert schema_version(empty) == 0
    assert tables(schema_url) == set()
    assert migrate(empty) == list(STEPS)
    assert schema_version(empty) == len(STEPS)
    assert tables(schema_url) >= {"event_log", "activity_heads", "activity_links"}
    assert steps(schema_url) == list(range(1, len(STEPS) + 1))


def test_a_second_time_changes_nothing(empty: Database, schema_url: str) -> None:
    migrate(empty)
    EventLog(empty).insert_events([stored()])
    assert migrate(empty) == []
    assert steps(schema_url) == list(range(1, len(STEPS) + 1))
    assert EventLog(empty).max_notification_id() == 1


@pytest.mark.parametrize("found", range(1, len(STEPS)))
def test_an_older_schema_gets_the_steps_it_lacks(
    empty: Database, monkeypatch: pytest.MonkeyPatch, found: int
) -> None:
    with monkeypatch.context() as older:
        older.setattr("infrastructure.migrations.STEPS", STEPS[:found])
        assert migrate(empty) == list(STEPS[:found])
    assert schema_version(empty) == found
    assert migrate(empty) == list(STEPS[found:])


def test_a_newer_schema_is_refused_with_a_sentence(empty: Database, schema_url: str) -> None:
    migrate(empty)
    newer = len(STEPS) + 1
    with psycopg.connect(schema_url) as connection:
        connection.execute("INSERT INTO schema_steps (number) VALUES (%s)", (newer,))
    sentence = (
        f"^The database has schema {newer}, but this release knows only {len(STEPS)}: "
        r"start the release that made it, or a later one\.$"
    )
    for asked in (migrate, schema_version):
        with pytest.raises(NewerSchemaError, match=sentence) as refusal:
            asked(empty)
        assert refusal.value.found == newer
    assert steps(schema_url)[-1] == newer


def test_of_several_at_once_one_applies_the_steps(schema_url: str) -> None:
    databases = [Database(schema_url) for _ in range(4)]
    with ThreadPoolExecutor() as pool:
        applied = list(pool.map(migrate, databases))
    for database in databases:
        database.close()
    assert sorted(applied) == [[], [], [], list(STEPS)]
    assert steps(schema_url) == list(range(1, len(STEPS) + 1))


def test_a_step_that_fails_leaves_nothing_of_itself(empty: Database, schema_url: str) -> None:
    with psycopg.connect(schema_url) as connection:
        connection.execute("CREATE TABLE activity_links (stands integer, in_the_way integer)")
    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(empty)
    assert tables(schema_url) == {"activity_links"}
    assert schema_version(empty) == 0


def test_two_schemas_of_one_database_are_brought_up_apart(
    empty: Database, neighbour: Database
) -> None:
    assert schema_version(neighbour) == len(STEPS)
    assert schema_version(empty) == 0
