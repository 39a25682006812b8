"""Load at a steady rate, by a process of its own."""

import subprocess
import sys
from typing import Final

import msgspec

from tests.bench.contestants import Contestant
from tests.bench.open_loop import Order, Outcome
from tests.bench.progress import say
from tests.running import ROOT

_GRACE_SECONDS: Final = 60


def steady(contestant: Contestant, rate: int, seconds: int) -> Outcome:
    """Send so many webhooks a second for so long; ends the program where the log lacks some."""
    say(f"{contestant.name}: {rate}/s for {seconds} s")
    before = contestant.log_end()
    completed = subprocess.run(
        [sys.executable, "-m", "tests.bench.open_loop"],
        cwd=ROOT,
        input=msgspec.json.encode(Order(contestant.url, rate, seconds)),
        capture_output=True,
        timeout=seconds + _GRACE_SECONDS,
        check=False,
    )
    if completed.returncode != 0:
        raise SystemExit(f"The open loop failed:\n{completed.stderr.decode()}")
    outcome = msgspec.json.decode(completed.stdout, type=Outcome)
    added = contestant.log_end() - before
    if added < outcome.sent - outcome.failed:
        raise SystemExit(
            f"{contestant.name} acknowledged {outcome.sent - outcome.failed}, but added {added}."
        )
    say(f"{contestant.name}: p99 {outcome.p99_ms:.1f} ms, longest {outcome.longest_ms:.1f} ms")
    return outcome
