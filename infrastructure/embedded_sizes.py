"""How much of the machine the embedded PostgreSQL takes: memory for pages, and disk for its WAL.

By itself it takes 128 MB and 1 GB, so that it starts anywhere. The heads and indexes of some
million activities are larger than that, and are written whole after each checkpoint, of which heavy
load makes one every few seconds.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MEGABYTE: Final = 1024 * 1024
_MEMORIES: Final = Path("/sys/fs/cgroup")
_MEMBERSHIPS: Final = Path("/proc/self/cgroup")


def sizes(folder: Path) -> dict[str, str]:
    """Return the settings for a server with its files in this folder, on the machine as it is."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    memory = min([installed, *memory_limits(_MEMBERSHIPS, _MEMORIES)])
    return {
        "shared_buffers": f"{shared_buffers(memory) // _MEGABYTE}MB",
        "max_wal_size": f"{max_wal_size(shutil.disk_usage(folder).total) // _MEGABYTE}MB",
    }


def shared_buffers(memory: int) -> int:
    """Return an eighth of the memory, between 128 MB and 1 GB; in bytes, as is what is given."""
    return min(max(memory // 8, 128 * _MEGABYTE), 1024 * _MEGABYTE)


def max_wal_size(disk: int) -> int:
    """Return a sixteenth of the disk, between 1 and 4 GB; in bytes, as is what is given."""
    return min(max(disk // 16, 1024 * _MEGABYTE), 4096 * _MEGABYTE)


def memory_limits(memberships: Path, groups: Path) -> Iterator[int]:
    """Yield what the control groups that this process is in, and those around them, may use.

    In bytes; nothing where there are none. The formats are those of cgroups(7): a line of
    `hierarchy:controllers:path` for each hierarchy, of which version 2 has one without controllers.
    """
    if not memberships.exists():
        return
    for line in memberships.read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            top, name = groups, "memory.max"
        elif "memory" in controllers.split(","):
            top, name = groups / "memory", "memory.limit_in_bytes"
        else:
            continue
        own = top / path.lstrip("/")
        for group in (own, *own.parents):
            if group.is_relative_to(top):
                yield from _limit(group / name)


def _limit(file: Path) -> Iterator[int]:
    try:
        limit = file.read_text().strip()
    except OSError:
        return
    if limit.isdecimal():
        yield int(limit)
