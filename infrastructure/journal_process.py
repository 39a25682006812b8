"""The process that writes for all workers of a service, and the address at which they find it."""

import multiprocessing
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Final, TypeAlias

from infrastructure.beside import kept_running

_MOST_WORKERS: Final = 64
_FRESH_SECONDS: Final = 3_600

_LONGEST_FOLDER: Final = 70
"""A socket's path has at most 103 bytes on macOS."""

Work: TypeAlias = Callable[[socket.socket, Event], None]


@contextmanager
def journal_kept(work: Work) -> Generator[str]:
    """Keep a process that writes for the length of a block, and lend the address of its socket.

    The work, a module's function, is handed the listening socket and an event that is set when it
    is to end. None but this user reaches the socket.
    """
    usual = tempfile.gettempdir()
    with tempfile.TemporaryDirectory(
        prefix="worktrail-",
        dir=usual if len(os.fsencode(usual)) < _LONGEST_FOLDER else "/tmp",  # noqa: S108 - 0700
        ignore_cleanup_errors=True,
    ) as folder:
        address = Path(folder, "journal")
        with kept_running(partial(_run, work, address), "journal"):
            yield str(address)


def _run(work: Work, address: Path, stopping: Event) -> None:
    Thread(target=_keep_fresh, args=(address,), name="fresh", daemon=True).start()
    try:
        with _listening(address) as listening:
            work(listening, stopping)
    finally:
        parent = multiprocessing.parent_process()
        if parent is not None and not parent.is_alive():
            shutil.rmtree(address.parent, ignore_errors=True)


@contextmanager
def _listening(address: Path) -> Generator[socket.socket]:
    # Somebody who cleans up may have taken the folder away, and somebody else have made another.
    address.parent.mkdir(mode=0o700, exist_ok=True)
    if address.parent.stat().st_uid != os.getuid():
        raise PermissionError(f"{address.parent} belongs to another user")
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(address))
        listening.listen(_MOST_WORKERS)
        yield listening


def _keep_fresh(address: Path) -> None:
    """Have what removes old temporary files leave the socket alone."""
    while True:
        sleep(_FRESH_SECONDS)
        if address.exists():
            os.utime(address)
            os.utime(address.parent)
