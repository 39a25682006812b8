"""How much of the machine the embedded PostgreSQL takes: memory for pages, and disk for its WAL.

PostgreSQL's defaults are 128 MB and 1 GB. The heads and indexes of a million activities do not fit
into the one; and since each page goes whole into the WAL when it first changes after a checkpoint,
the other, which makes heavy load have a checkpoint every few seconds, multiplies what is written.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MEGABYTE: Final = 1024 * 1024
_DEFAULT_PAGES: Final = 128 * _MEGABYTE
_MOST_PAGES: Final = 2048 * _MEGABYTE
_DEFAULT_WAL: Final = 1024 * _MEGABYTE
_MOST_WAL: Final = 4096 * _MEGABYTE

_GROUPS: Final = Path("/sys/fs/cgroup")
_MEMBERSHIPS: Final = Path("/proc/self/cgroup")


def sizes(files: Path) -> dict[str, str]:
    """Return the settings beyond the defaults for a server with these files, on this machine.

    None of those that were set by `ALTER SYSTEM`. Raises `OSError` where there is no `pg_wal`.
    """
    by_hand = _text(files / "postgresql.auto.conf")
    fitting = sizes_within(usable_memory(), shutil.disk_usage(files / "pg_wal").free)
    return {name: size for name, size in fitting.items() if name not in by_hand}


def sizes_within(memory: int, disk: int) -> dict[str, str]:
    """Return the settings beyond the defaults for so many bytes of memory and of free disk.

    Pages get an eighth of the memory, up to 2 GB, and the WAL an eighth of the disk, up to 4 GB.
    """
    pages, wal = min(memory // 8, _MOST_PAGES), min(disk // 8, _MOST_WAL)
    fitting = {}
    if pages > _DEFAULT_PAGES:
        fitting["shared_buffers"] = f"{pages // _MEGABYTE}MB"
    if wal > _DEFAULT_WAL:
        fitting["max_wal_size"] = f"{wal // _MEGABYTE}MB"
    return fitting


def usable_memory(memberships: Path = _MEMBERSHIPS, groups: Path = _GROUPS) -> int:
    """Return how many bytes of memory this process may use: all there are, or its group's limit."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([installed, *_limits(memberships, groups)])


def _limits(memberships: Path, groups: Path) -> Iterator[int]:
    """Yield what the control groups that this process is in, and those around them, may use.

    The formats are those of cgroups(7): a line of `hierarchy:controllers:path` for each hierarchy,
    of which version 2 has one, without controllers. Where nothing can be read there is no limit.
    """
    for line in _text(memberships).split("\n"):
        _, _, membership = line.partition(":")
        controllers, _, path = membership.partition(":")
        if not path:
            continue
        if "memory" in controllers.split(","):
            top, name = groups / "memory", "memory.limit_in_bytes"
        elif not controllers:
            top, name = groups, "memory.max"
        else:
            continue
        own = top / path.lstrip("/")
        for group in (own, *own.parents):
            limit = _text(group / name).strip() if group.is_relative_to(top) else ""
            if limit.isdecimal():
                yield int(limit)


def _text(file: Path) -> str:
    try:
        return os.fsdecode(file.read_bytes())
    except OSError:
        return ""
