"""The PostgreSQL of a run, a schema for each contestant, and proof that a commit is on disk."""

import os
import statistics
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

import psycopg
from psycopg import sql

from infrastructure.embedded import EmbeddedServer
from infrastructure.embedded_writeback import keep_writing_out
from tests.bench.progress import say

_MUST_BE_ON: Final = ("fsync", "synchronous_commit", "full_page_writes")
_SHOWN: Final = (
    *_MUST_BE_ON, "autovacuum", "autovacuum_naptime", "shared_buffers", "max_wal_size",
    "checkpoint_timeout", "wal_level", "wal_compression", "wal_init_zero", "wal_sync_method",
    "data_checksums",
)  # fmt: skip
_COMMITS: Final = 200

_BUSY: Final = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND (backend_type = 'autovacuum worker'
           OR (backend_type = 'client backend' AND state IS DISTINCT FROM 'idle'))
"""
_LOOK_SECONDS: Final = 0.1
_QUIET_LOOKS: Final = 20
_SETTLE_SECONDS: Final = 300


@contextmanager
def server(folder: Path) -> Generator[str]:
    """Lend a server of the run's own, or the one that WORKTRAIL_TEST_DATABASE_URL names.

    Its own is written out as that of `serve` is.
    """
    given = os.environ.get("WORKTRAIL_TEST_DATABASE_URL")
    if given:
        yield given
        return
    embedded, stop = EmbeddedServer(folder / "postgres", say), Event()
    writing_out = Thread(target=keep_writing_out, args=(folder / "postgres", stop), daemon=True)
    try:
        url = embedded.acquire()
        writing_out.start()
        yield url
    finally:
        stop.set()
        embedded.release()


def settings(server_url: str) -> dict[str, str]:
    """Return the settings that matter; ends the program where a commit would not be on disk."""
    with psycopg.connect(server_url) as connection:
        shown = {name: _show(connection, name) for name in ("server_version", *_SHOWN)}
    off = [name for name in _MUST_BE_ON if shown[name] != "on"]
    if off:
        raise SystemExit(f"Nothing is durable here, so nothing is measured: {', '.join(off)}.")
    return shown


def commit_microseconds(schema_url: str) -> int:
    """Return the median time of a commit of one small row, alone on the server."""
    with psycopg.connect(schema_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE commits (number integer)")
        times = []
        for number in range(_COMMITS):
            begun = time.perf_counter()
            connection.execute("INSERT INTO commits VALUES (%s)", (number,))
            times.append(time.perf_counter() - begun)
    return round(statistics.median(times) * 1_000_000)


def autovacuums(schema_url: str) -> int:
    """Return how often the server has vacuumed or analyzed the schema's tables by itself."""
    with psycopg.connect(schema_url) as connection:
        row = connection.execute(
            "SELECT sum(autovacuum_count + autoanalyze_count) FROM pg_stat_user_tables"
            " WHERE schemaname = current_schema()"
        ).fetchone()
    return int(row[0] or 0) if row else 0


def settle(server_url: str) -> bool:
    """Wait until the server is done with what it was given, then have it write that to disk.

    So that no round pays for an earlier one: for read models that catch up, for vacuuming that has
    begun, for pages to be written. Returns False where somebody was still at work after five
    minutes; ends the program where a checkpoint may not be asked for.
    """
    deadline = time.monotonic() + _SETTLE_SECONDS
    with psycopg.connect(server_url, autocommit=True) as connection:
        quiet_looks = 0
        while quiet_looks < _QUIET_LOOKS and time.monotonic() < deadline:
            quiet_looks = 0 if somebody_works(connection) else quiet_looks + 1
            time.sleep(_LOOK_SECONDS)
        try:
            connection.execute("CHECKPOINT")
        except psycopg.errors.InsufficientPrivilege:
            raise SystemExit(
                "The benchmark needs the right to CHECKPOINT (pg_checkpoint)."
            ) from None
    return quiet_looks == _QUIET_LOOKS


def somebody_works(connection: psycopg.Connection[tuple[object, ...]]) -> bool:
    """Say whether another session on this database, or an autovacuum of it, is at work."""
    return connection.execute(_BUSY).fetchone() != (0,)


def _show(connection: psycopg.Connection[tuple[object, ...]], name: str) -> str:
    row = connection.execute(sql.SQL("SHOW {}").format(sql.Identifier(name))).fetchone()
    return str(row[0]) if row else ""
