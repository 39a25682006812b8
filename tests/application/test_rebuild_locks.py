"""A rebuild is in nobody's way: no exclusive lock on what is live, and no snapshot for long."""

from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
import pytest

from application.journal_writer import JournalWriter
from application.projections import PROJECTIONS
from application.rebuild import Rebuild
from application.rebuild_ports import Phase, Progress, Tell
from domain.activity import WorkOrderReported
from infrastructure import log_scan
from infrastructure.database import Database, Rows
from infrastructure.heads_rebuild import PostgresHeadsRebuild
from infrastructure.mapper import EventMapper
from infrastructure.rebuild_session import PostgresRebuildSession
from tests.application.read_side import ReadSide
from tests.application.whole_log import WholeLog
from tests.grown_log import grow
from tests.waiting import until

SEARCH: Final = [told for told in PROJECTIONS if told.name == "activity_search"]
REPORTS: Final = 1_500
RANGE: Final = 100
A_FEW: Final = 100

LIVE: Final = "event_log, activity_heads, activity_links, projection_pointers, activity_search_1"

SNAPSHOTS: Final = """
    SELECT pid, xact_start FROM pg_stat_activity WHERE pid = ANY(%s) AND backend_xmin IS NOT NULL
"""


class WatchedDatabase(Database):
    """A database that knows the sessions of those who work on it; none of them waits for a lock."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sessions: list[int] = []

    def connect(self) -> Rows:
        """Open a connection that gives up at once where it would have to wait for a lock."""
        connection = super().connect()
        connection.execute("SET lock_timeout = '50ms'")
        self.sessions.append(connection.info.backend_pid)
        return connection


@pytest.fixture
def watched(schema_url: str, writer: JournalWriter, read_side: ReadSide) -> WatchedDatabase:
    """A log and what is read of it, before a rebuild."""
    grow(writer, REPORTS)
    read_side.catch_up()
    return WatchedDatabase(schema_url)


@contextmanager
def writing(database: Database) -> Generator[Rows]:
    """Hold the locks of somebody who writes into everything that is live, until a COMMIT."""
    with database.connect() as bystander:
        bystander.execute("SET idle_in_transaction_session_timeout = '60s'")
        bystander.execute("BEGIN")
        bystander.execute(f"LOCK TABLE {LIVE} IN ROW EXCLUSIVE MODE")
        yield bystander


def rebuild_search(database: Database, tell: Tell) -> None:
    with PostgresRebuildSession.connected(database, EventMapper()) as session:
        Rebuild(session, SEARCH, tell).run()


def test_search_takes_its_place_while_others_write_into_all_that_is_live(
    watched: WatchedDatabase, database: Database, read_side: ReadSide
) -> None:
    followed = read_side.rows("activity_search")
    with writing(database):
        rebuild_search(watched, lambda _: None)
        assert read_side.generation("activity_search") == 2
    assert read_side.rows("activity_search") == followed
    # The former table has to wait until they are done.
    assert {"activity_search_1", "activity_search_2"} <= read_side.tables()
    rebuild_search(watched, lambda _: None)
    assert read_side.generation("activity_search") == 3
    assert not {"activity_search_1", "activity_search_2"} & read_side.tables()


def test_heads_wait_for_nobody_but_to_take_their_place(
    watched: WatchedDatabase, database: Database, writer: JournalWriter
) -> None:
    told: list[Progress] = []
    with writing(database) as bystander:

        def tell(progress: Progress) -> None:
            told.append(progress)
            if len(told) == 1:
                # In the transactions of a journal, which has the log's lock for each of them.
                grow(writer, 3_000)
            if progress.phase == "catching up" and progress.done == progress.total:
                bystander.execute("COMMIT")

        PostgresHeadsRebuild(watched, EventMapper())(tell)
    WholeLog(database).check()
    caught_up = [progress.done for progress in told if progress.phase == "catching up"]
    assert caught_up[-1] - caught_up[0] == 3_000 + 600
    assert told[-1].done - caught_up[-1] < A_FEW


@pytest.mark.parametrize("name", ["activity_search", "heads"])
def test_no_snapshot_outlives_a_range_of_the_log(
    watched: WatchedDatabase,
    database: Database,
    writer: JournalWriter,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr("infrastructure.log_scan._RANGE", RANGE)
    monkeypatch.setattr("infrastructure.log_scan._PORTION", RANGE // 10)
    seen_at: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    phases: set[Phase] = set()
    with database.connect() as looking:

        def tell(progress: Progress) -> None:
            if progress.phase == "filling" and progress.done == progress.total:
                grow(writer, 1_500)
            snapshots = looking.execute(SNAPSHOTS, (watched.sessions,)).fetchall()
            if progress.phase == "filling":
                for snapshot in snapshots:
                    seen_at[snapshot].append(progress.done)
            else:
                assert snapshots == []
            phases.add(progress.phase)

        if name == "heads":
            PostgresHeadsRebuild(watched, EventMapper())(tell)
        else:
            rebuild_search(watched, tell)
    assert {"filling", "catching up", "done"} <= phases
    assert len(seen_at) > REPORTS // RANGE // 2
    assert max(seen[-1] - seen[0] for seen in seen_at.values()) < 3 * RANGE


def test_the_scan_of_a_rebuild_that_was_stopped_does_not_last(
    watched: WatchedDatabase, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounded = log_scan._BOUNDED.replace("10min", "1s")  # noqa: SLF001 - nobody waits for so long
    monkeypatch.setattr("infrastructure.log_scan._BOUNDED", bounded)
    monkeypatch.setattr("infrastructure.log_scan._PORTION", RANGE // 10)
    with watched.connect() as reading, database.connect() as looking:
        scanning = log_scan.scan(reading, EventMapper(), REPORTS, [WorkOrderReported])
        assert next(scanning).items
        until(lambda: looking.execute(SNAPSHOTS, (watched.sessions,)).fetchone() is None, 10)
        with pytest.raises(psycopg.Error):
            list(scanning)
