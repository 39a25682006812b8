"""Closed-loop load by wrk, with bodies of our own."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

from msgspec import Struct, json

from tests.bench import webhook

CONNECTIONS: Final = 64
_THREADS: Final = 2
_TIMEOUT_SECONDS: Final = 10
_GRACE_SECONDS: Final = 60
_SCRIPT: Final = Path(__file__).parent / "load.lua"


class Failures(Struct, frozen=True):
    """As far as wrk tells them apart: another answer than 2xx or 3xx, and what broke or lasted."""

    refused: int = 0
    connect: int = 0
    read: int = 0
    write: int = 0
    timeout: int = 0

    @property
    def number(self) -> int:
        """How many there were in all."""
        return self.refused + self.connect + self.read + self.write + self.timeout


class Round(Struct, frozen=True):
    """What one round of load came to; rates are of accepted requests alone."""

    rate: float
    p50_ms: float
    p99_ms: float
    longest_ms: float
    accepted: int
    failures: Failures

    @property
    def failed(self) -> int:
        """How many requests were not accepted."""
        return self.failures.number


class _Printed(Struct, frozen=True):
    microseconds: int
    answers: int
    failures: Failures
    p50: int
    p99: int
    longest: int


def require_wrk() -> str:
    """Return wrk's version; ends the program with a sentence where it is missing."""
    if shutil.which("wrk") is None:
        raise SystemExit(
            "The benchmark needs wrk: install wrk (Debian, Ubuntu: apt-get install wrk)."
        )
    shown = subprocess.run(["wrk", "-v"], capture_output=True, text=True, timeout=10, check=False)
    return (shown.stdout or shown.stderr).split("[")[0].removeprefix("wrk").strip()


def load(url: str, seconds: int, connections: int = CONNECTIONS) -> Round:
    """Send webhooks to this address for so many seconds, each connection as soon as answered."""
    with NamedTemporaryFile(prefix="worktrail-bench-") as file:
        file.write(webhook.template())
        file.flush()
        completed = subprocess.run(
            [
                *("wrk", f"-t{min(_THREADS, os.cpu_count() or 1)}", f"-c{connections}"),
                *(f"-d{seconds}s", f"--timeout={_TIMEOUT_SECONDS}s", "-s", str(_SCRIPT), url),
                *("--", file.name, webhook.new_run()),
                *(str(webhook.LOWEST_WORK_ORDER), str(webhook.WORK_ORDERS)),
            ],
            capture_output=True,
            text=True,
            timeout=seconds + _GRACE_SECONDS,
            check=False,
        )
    if completed.returncode != 0 or "{" not in completed.stdout:
        raise SystemExit(f"wrk failed: {completed.stderr or completed.stdout}")
    return read_round(completed.stdout.rstrip().rpartition("\n")[2])


def read_round(line: str) -> Round:
    """Read what the script prints at its end."""
    printed = json.decode(line, type=_Printed)
    accepted = printed.answers - printed.failures.refused
    return Round(
        rate=accepted / (printed.microseconds / 1_000_000),
        p50_ms=printed.p50 / 1_000,
        p99_ms=printed.p99 / 1_000,
        longest_ms=printed.longest / 1_000,
        accepted=accepted,
        failures=printed.failures,
    )
