"""Load in an open loop, by a process of its own."""

import subprocess
import sys
from collections.abc import Sequence
from typing import Final

import msgspec

from tests.bench.contestants import Contestant
from tests.bench.open_loop import NORMAL_MS, Account, Order
from tests.bench.phases import Outcome, Phase
from tests.bench.progress import say
from tests.running import ROOT

_GRACE_SECONDS: Final = 60


def steady(contestant: Contestant, rate: int, seconds: int) -> Outcome:
    """Send so many webhooks a second for so long; ends the program where the log lacks some."""
    say(f"{contestant.name}: {rate}/s for {seconds} s")
    [outcome] = offer(contestant, [Phase(rate, seconds)]).outcomes
    say(f"{contestant.name}: p99 {outcome.p99_ms:.1f} ms, longest {outcome.longest_ms:.1f} ms")
    return outcome


def offer(contestant: Contestant, phases: Sequence[Phase], normal_ms: float = NORMAL_MS) -> Account:
    """Send in phases, without waiting; ends the program where the log lacks what was accepted."""
    before = contestant.log_end()
    completed = subprocess.run(
        [sys.executable, "-m", "tests.bench.open_loop"],
        cwd=ROOT,
        input=msgspec.json.encode(Order(contestant.url, phases, normal_ms)),
        capture_output=True,
        timeout=sum(phase.seconds for phase in phases) + _GRACE_SECONDS,
        check=False,
    )
    if completed.returncode != 0:
        raise SystemExit(f"The open loop failed:\n{completed.stderr.decode()}")
    account = msgspec.json.decode(completed.stdout, type=Account)
    added = contestant.log_end() - before
    if added < len(account.acknowledged):
        raise SystemExit(
            f"{contestant.name} acknowledged {len(account.acknowledged)}, but added {added}."
        )
    return account
