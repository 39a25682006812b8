"""Keeps several workers running: one that ended or is stopped has a successor within seconds."""

import logging
import signal
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from time import monotonic
from typing import Final

from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors.multiprocess import Multiprocess, Process

START_SECONDS: Final = 60.0
"""So long a worker may take to import what it needs, on a machine that is busy or slow."""

_STOP_SECONDS: Final = 10.0
"""So long a worker may take to end when it is told to, which is longer than its last answers."""

_log = logging.getLogger("worktrail")


class Supervisor(Multiprocess):
    """uvicorn's own, with workers that may be slow to start, and that end when they are told to.

    A terminal that is closed begins none of them anew: the service is to end then, or to go on.
    """

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        hang_up = signal.getsignal(signal.SIGHUP)
        super().__init__(config, sockets)
        signal.signal(signal.SIGHUP, hang_up)
        self._exit_code = 0

    def run(self) -> None:
        """Keep the workers until a signal says to end.

        Exits with uvicorn's code where what a worker is to serve fails to start.
        """
        try:
            super().run()
        except BaseException:
            self.terminate_all()
            self.join_all()
            raise
        if self._exit_code:
            sys.exit(self._exit_code)

    def init_processes(self) -> None:
        """Begin all workers."""
        for _ in range(self.processes_num):
            self.processes.append(self._begun())

    def keep_subprocess_alive(self) -> None:
        """Put another in the place of every worker that ended or does not answer."""
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set():
                return
            if worker.is_alive(self.config.timeout_worker_healthcheck):
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                # The next one would fail in the same way.
                _log.error("Worker %s could not start, so all of them end", worker.pid)
                self._exit_code = STARTUP_FAILURE
                self.should_exit.set()
                return
            try:
                self.processes[place] = self._begun()
            except OSError as error:
                # Such as that no more files or processes may be there, which passes.
                _log.error("No worker can be started, which is tried again: %s", error)
                continue
            _log.error(
                "Worker %s ended or did not answer (exit code %s); worker %s takes its place",
                worker.pid,
                worker.exitcode,
                self.processes[place].pid,
            )

    def terminate_all(self) -> None:
        """Tell all workers to end."""
        # As long as anybody listens the kernel takes connections, which nobody would answer.
        for listening in self.sockets:
            listening.close()
        super().terminate_all()

    def handle_ttin(self) -> None:
        """Begin no further worker: there are places for those that were asked for."""

    def handle_ttou(self) -> None:
        """End no worker."""

    def _begun(self) -> "Worker":
        worker = Worker(self.config, self.sockets)
        # The first process of all has this one begun, and lets signals through meanwhile.
        resource_tracker.ensure_running()
        try:
            with _left_to_the_parent():
                worker.start()
        except OSError:
            worker.parent_conn.close()
            worker.child_conn.close()
            raise
        return worker


class Worker(Process):
    """One worker, which is asked from time to time whether it is alive.

    uvicorn would also kill one that did not answer within seconds of its start. On a busy machine
    none would ever come up then, and all that were begun would keep it busy.
    """

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self._is_starting = True
        self._begun_at = 0.0

    def start(self) -> None:
        """Begin the process, and ask it for the first time."""
        super().start()
        self._begun_at = monotonic()
        self.parent_conn.send(b"ping")

    def is_alive(self, timeout: float = 5) -> bool:
        """Say whether it answers within so many seconds, or may still be starting."""
        if not self.process.is_alive():
            return False
        if self._is_starting and self.parent_conn.poll():
            self.parent_conn.recv()
            self._is_starting = False
        if self._is_starting:
            return monotonic() < self._begun_at + START_SECONDS
        return super().is_alive(timeout)

    def join(self) -> None:
        """Wait until it has ended; kill it where it does not, such as one that is stopped."""
        self.process.join(_STOP_SECONDS)
        self.process.kill()
        self.process.join()


@contextmanager
def _left_to_the_parent() -> Generator[None]:
    """Keep what a terminal sends from the processes that begin here: they are told to end."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGHUP])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
