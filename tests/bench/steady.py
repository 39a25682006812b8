"""Load in an open loop, by a process of its own."""

import subprocess
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import Final

import msgspec

from tests.bench.contestants import Contestant
from tests.bench.open_loop import NORMAL_MS, Account, Order
from tests.bench.phases import Outcome, Phase
from tests.bench.progress import say
from tests.running import ROOT

_GRACE_SECONDS: Final = 60


def steady(
    contestant: Contestant, rate: int, seconds: int, normal_ms: float = NORMAL_MS
) -> Outcome:
    """Send so many webhooks a second for so long; ends the program where the log lacks some."""
    say(f"{contestant.name}: {rate}/s for {seconds} s")
    [outcome] = offer(contestant, [Phase(rate, seconds)], normal_ms).outcomes
    say(f"{contestant.name}: p99 {outcome.p99_ms:.1f} ms, longest {outcome.longest_ms:.1f} ms")
    return outcome


def offer(
    contestant: Contestant,
    phases: Sequence[Phase],
    normal_ms: float = NORMAL_MS,
    meanwhile: Callable[[], object] | None = None,
) -> Account:
    """Send in phases, without waiting; ends the program where the log lacks what was accepted.

    The phases end early as soon as what is done `meanwhile` is done.
    """
    before = contestant.log_end()
    with _sending(Order(contestant.url, phases, normal_ms)) as sender:
        if meanwhile is not None:
            meanwhile()
            sender.terminate()
        written, complaint = sender.communicate(
            timeout=sum(phase.seconds for phase in phases) + _GRACE_SECONDS
        )
    if sender.returncode != 0:
        raise SystemExit(f"The open loop failed:\n{complaint.decode()}")
    account = msgspec.json.decode(written, type=Account)
    added = contestant.log_end() - before
    if added < len(account.acknowledged):
        raise SystemExit(
            f"{contestant.name} acknowledged {len(account.acknowledged)}, but added {added}."
        )
    return account


@contextmanager
def _sending(order: Order) -> Generator[subprocess.Popen[bytes]]:
    with TemporaryFile() as given:
        given.write(msgspec.json.encode(order))
        given.seek(0)
        with subprocess.Popen(
            [sys.executable, "-m", "tests.bench.open_loop"],
            cwd=ROOT,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as sender:
            try:
                yield sender
            finally:
                sender.kill()
