"""The room on the database server's disk, where it can be seen from here."""

import shutil
from pathlib import Path
from typing import Final

import psycopg

from infrastructure.database import Rows

_SERVER: Final = """
    SELECT current_setting('data_directory'),
           extract(epoch FROM pg_postmaster_start_time())::double precision
"""

_STARTED_LINE: Final = 2
_LONGEST_START_SECONDS: Final = 10.0
"""Between the moments that a server notes in its folder and tells those who ask it."""


def free_bytes(connection: Rows) -> int | None:
    """Return the free bytes where the server keeps its data, `None` if they cannot be seen.

    An address says little: a port may be forwarded, and a folder of that name may be here all the
    same. It is the server's own where the one that runs in it was started when the server was.
    """
    try:
        row = connection.execute(_SERVER).fetchone()
        if row is None or not _runs_in(Path(row[0]), row[1]):
            return None
        return shutil.disk_usage(row[0]).free
    except (psycopg.errors.InsufficientPrivilege, OSError):
        return None


def _runs_in(folder: Path, started: float) -> bool:
    lines = (folder / "postmaster.pid").read_text(errors="replace").splitlines()
    return (
        len(lines) > _STARTED_LINE
        and lines[_STARTED_LINE].isdecimal()
        and abs(int(lines[_STARTED_LINE]) - started) <= _LONGEST_START_SECONDS
    )
