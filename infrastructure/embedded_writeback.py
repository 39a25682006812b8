"""Has what the embedded PostgreSQL wrote to its tables go to the disk little by little.

Linux leaves it in memory until it is half a minute old, and then writes all of it at once; every
commit waits behind that for its sync of the write-ahead log, some tenths of a second on a slow
disk. PostgreSQL asks for the same for what checkpoints write (`checkpoint_flush_after`), but not
for the pages by which tables and indexes grow.
"""

import ctypes
import fcntl
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Final

from infrastructure.embedded_process import open_private, try_lock

_log = logging.getLogger("worktrail")

_EVERY_SECONDS: Final = 1.0
_COARSE_NANOSECONDS: Final = 100_000_000
"""So much earlier than the clock may the time be that a file was changed at."""

_FIRST_OWN_RELATION: Final = 16_384
"""PostgreSQL's catalogs have lower numbers."""

_START_WRITING: Final = 2  # SYNC_FILE_RANGE_WRITE of sync_file_range(2)

# Linux has it alone. PostgreSQL's substitute, POSIX_FADV_DONTNEED, forgets the pages besides.
_sync_file_range = getattr(ctypes.CDLL(None), "sync_file_range", None)
if _sync_file_range is not None:
    _sync_file_range.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)


def keep_writing_out(folder: Path, stop: Event) -> None:
    """Begin every second to write out what changed, until `stop` is set; run this in a thread.

    `folder` is the server's, and one process of those that share it does so.
    """
    if _sync_file_range is None:
        return
    since, works = 0, True
    with open_private(folder / "writeback.lock") as lock:
        while not stop.wait(_EVERY_SECONDS):
            if not try_lock(lock, fcntl.LOCK_EX):
                continue
            began = time.time_ns()
            try:
                for file in changed(folder / "cluster" / "base", since):
                    _start_writing(file)
            except OSError as error:
                if works:
                    _log.warning("PostgreSQL's tables are not written out in good time: %s", error)
                works = False
                continue
            since, works = began - _COARSE_NANOSECONDS, True


def changed(databases: Path, since: int) -> Iterator[Path]:
    """Yield the files of tables and indexes that were changed since then, in ns since 1970."""
    for database in os.scandir(databases):
        for file in os.scandir(database):
            number = file.name.partition(".")[0].partition("_")[0]
            if not number.isdecimal() or int(number) < _FIRST_OWN_RELATION:
                continue
            try:
                if file.stat(follow_symlinks=False).st_mtime_ns >= since:
                    yield Path(file.path)
            except FileNotFoundError:
                continue  # dropped meanwhile


def _start_writing(file: Path) -> None:
    try:
        opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return
    try:
        # Nothing depends on it, so whatever it returns is none of ours: PostgreSQL's own syncs tell
        # what cannot be written.
        _sync_file_range(opened, 0, 0, _START_WRITING)  # type: ignore[misc]
    finally:
        os.close(opened)
