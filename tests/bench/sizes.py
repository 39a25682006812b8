"""How much memory and disk it takes."""

import os
import subprocess
from pathlib import Path
from typing import Final

import psycopg

from tests.bench.arithmetic import significant

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_TABLES: Final = ("event_log", "activity_heads", "activity_links")


def megabytes(pid: int) -> float:
    """Return the resident memory of a process, in millions of bytes."""
    listed = Path(f"/proc/{pid}/statm")
    if listed.exists():
        return significant(int(listed.read_text().split()[1]) * _PAGE_BYTES / 1_000_000, 4)
    shown = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)],
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    return significant(int(shown.stdout) * 1024 / 1_000_000, 4)


def disk_bytes_per_event(schema_url: str) -> dict[str, float]:
    """Return what an event takes on disk, table by table with its indexes."""
    with psycopg.connect(schema_url) as connection:
        events = _number(connection, "SELECT count(*) FROM event_log")
        return {
            table: significant(
                _number(connection, f"SELECT pg_total_relation_size('{table}')") / events, 4
            )
            for table in _TABLES
        }


def _number(connection: psycopg.Connection[tuple[object, ...]], statement: str) -> int:
    row = connection.execute(statement.encode()).fetchone()
    return int(str(row[0])) if row else 0
