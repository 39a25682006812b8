"""The process that writes for all workers of a service, and the address at which they find it."""

import multiprocessing
import os
import shutil
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import sleep
from typing import Final, TypeAlias

from infrastructure.beside import kept_running

_MOST_WORKERS: Final = 64
_FRESH_SECONDS: Final = 3_600

Work: TypeAlias = Callable[[socket.socket, Event], None]


@contextmanager
def journal_kept(work: Work) -> Generator[str]:
    """Keep a process that writes for the length of a block, and lend the address of its socket.

    The work, a module's function, is handed the listening socket and an event that is set when it
    is to end. The socket stays while the process is started again, so that workers wait for it
    instead of being refused. None but this user reaches it.
    """
    with (
        TemporaryDirectory(prefix="worktrail-", ignore_cleanup_errors=True) as folder,
        socket.socket(socket.AF_UNIX) as listening,
    ):
        address = str(Path(folder, "journal"))
        listening.bind(address)
        listening.listen(_MOST_WORKERS)
        with kept_running(partial(_run, work, listening, folder), "journal"):
            yield address


def _keep_fresh(folder: Path) -> None:
    """Have what removes old temporary files leave the socket alone."""
    while True:
        sleep(_FRESH_SECONDS)
        for path in (folder, *folder.iterdir()):
            os.utime(path)


def _run(work: Work, listening: socket.socket, folder: str, stopping: Event) -> None:
    Thread(target=_keep_fresh, args=(Path(folder),), name="fresh", daemon=True).start()
    try:
        work(listening, stopping)
    finally:
        parent = multiprocessing.parent_process()
        if parent is not None and not parent.is_alive():
            shutil.rmtree(folder, ignore_errors=True)
