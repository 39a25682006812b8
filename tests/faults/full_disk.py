"""The disk is full."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Final

import psycopg

from tests.faults.site import Site
from tests.waiting import until

_SIZE: Final = "768m"
_FULL: Final = "No space left on device"
_CHUNK: Final = bytes(1 << 20)


@contextmanager
def small_disk(folder: Path) -> Generator[bool]:
    """Mount a small file system on the folder, and say whether that was permitted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=0755", "none", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


class DiskFull:
    """No room is left for a row, or for the write-ahead log; later there is room again."""

    name, kills = "disk full", False

    def strike(self, site: Site, random: Random) -> None:
        """Fill what is left until a node or the server says so, then make room."""
        ballast = site.postgres.folder.parent / "ballast"
        before = self._told(site)
        _fill(ballast)
        try:
            if random.random() < 0.5:
                with suppress(psycopg.Error):
                    for _ in range(8):
                        site.postgres.ask("SELECT pg_logical_emit_message(false, 'full', 'x')")
                        site.postgres.ask("SELECT pg_switch_wal()")
            until(lambda: self._told(site) > before or not site.postgres.embedded.is_running(), 30)
            site.pause(random.random() * 2)
        finally:
            ballast.unlink()
        site.postgres.bring_back()

    def _told(self, site: Site) -> int:
        # The server's own log lies on the full disk.
        return sum(node.log.read_text().count(_FULL) for node in (site.first, site.other))


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(_CHUNK):
            os.fsync(file.fileno())
