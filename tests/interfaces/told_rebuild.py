"""A rebuild in a process of its own, and what it tells of itself meanwhile."""

import json
import signal
import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import psutil  # type: ignore[import-untyped]

from tests.processes import children_of
from tests.running import Service
from tests.waiting import until

_SECONDS = 60


class ToldRebuild:
    """A rebuild that goes on."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []
        self._reading = Thread(target=self._read, daemon=True)
        self._reading.start()

    @property
    def phases(self) -> list[str]:
        """Every phase so far, in order."""
        return list(dict.fromkeys(line["Phase"] for line in self.lines))

    def wait_for(self, phase: str) -> None:
        """Wait until a read model is in this phase."""
        until(lambda: phase in self.phases or not self._reading.is_alive(), _SECONDS)
        assert phase in self.phases, self.lines

    def kill(self, after_seconds: float = 0.0) -> None:
        """Kill it, whatever it is at; later, unless it ends by itself meanwhile."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(after_seconds)
        self.process.kill()
        self.end()

    @contextmanager
    def held(self) -> Generator[None]:
        """Let it get no further for the length of a block, however fast it is."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def end(self) -> int:
        """Wait for its end, and return with which code it ended."""
        self._reading.join(_SECONDS)
        return self.process.wait(_SECONDS)

    def shares(self) -> list[psutil.Process]:
        """Return the processes that share its work."""
        return children_of(self.process.pid)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(json.loads(line))


@contextmanager
def told_rebuild(site: Service, *names: str) -> Generator[ToldRebuild]:
    """Let a rebuild go on for the length of a block."""
    with site.beside("projections", "rebuild", *names, "--yes", "--json", told=True) as process:
        yield ToldRebuild(process)
