"""The service as the tests run it: a process of its own, and the command line beside it."""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Self, TypeAlias

import httpx

_log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent
_START_SECONDS = 30
_STOP_SECONDS = 15
_COMMAND_SECONDS = 300
_SHOWN_CHARACTERS = 20_000
_PROGRAM = "from app import cli; cli()"
_Stream: TypeAlias = int | IO[bytes]


class Service:
    """A service on one database; several may run on the same one."""

    def __init__(
        self,
        database_url: str | None,
        folder: Path,
        program: str = _PROGRAM,
        entering: tuple[str, ...] = (),
    ) -> None:
        """`entering` stands before every command, such as one that enters another host."""
        self._command = (*entering, sys.executable, "-c", program)
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"service-{self.port}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("WORKTRAIL_")
        } | {
            "WORKTRAIL_DATA_DIR": str(folder / "data"),
            "WORKTRAIL_PORT": str(self.port),
            "WORKTRAIL_PEPPER": "a pepper for tests",
        }
        if database_url is not None:
            self.environment["WORKTRAIL_DATABASE_URL"] = database_url

    def start(self, *arguments: str) -> Self:
        """Start the service and wait until a webhook can be committed."""
        with self.log.open("ab") as log:
            self.process = self.begin("serve", *arguments, out=log, err=log)
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Wait until the service says that it is ready."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > deadline or (self.process and self.process.poll() is not None):
                raise AssertionError(f"the service did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> int:
        """Send the signal and return the exit code."""
        if self.process is None:
            raise AssertionError("the service was not started")
        self.process.send_signal(with_signal)
        return self.process.wait(_STOP_SECONDS)

    def kill(self) -> None:
        """Kill every process of the service with -9, the parent and its children, if it runs."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(_STOP_SECONDS)

    @contextmanager
    def running(self, *arguments: str) -> Generator[Self]:
        """Run the service for the length of a block; where that fails, say what it logged."""
        try:
            try:
                yield self.start(*arguments)
            finally:
                if self.process is not None and self.process.poll() is None:
                    self.stop()
        except BaseException:
            logged = self.log.read_text(errors="replace")
            _log.error("the service logged:\n%s", logged[-_SHOWN_CHARACTERS:])
            raise

    @contextmanager
    def beside(self, *arguments: str, told: bool = False) -> Generator[subprocess.Popen[bytes]]:
        """Run a command that goes on by itself, for the length of a block.

        What it prints is to be read from it where it is `told`, and is in the log otherwise.
        """
        with self.log.open("ab") as log:
            process = self.begin(*arguments, out=subprocess.PIPE if told else log, err=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()
            process.wait(_STOP_SECONDS)
            if process.stdout is not None:
                process.stdout.close()

    def begin(self, *arguments: str, out: _Stream, err: _Stream) -> subprocess.Popen[bytes]:
        """Begin a command beside the service, on the same settings, and do not wait for it."""
        return subprocess.Popen(
            [*self._command, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )

    def command(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command beside the service, on the same settings."""
        return subprocess.run(
            [*self._command, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            timeout=_COMMAND_SECONDS,
            check=False,
        )

    def json(self, *arguments: str) -> Any:
        """Run a command with `--json` and return its document."""
        completed = self.command(*arguments, "--json")
        assert completed.returncode == 0, completed.stdout + completed.stderr
        return json.loads(completed.stdout)


def free_port() -> int:
    """Return a port of the loopback on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
