"""The phases of a load in an open loop, and what became of each."""

from array import array
from bisect import bisect_left
from collections import Counter
from time import monotonic
from typing import Final

from msgspec import Struct

from tests.bench.arithmetic import percentile
from tests.bench.endings import Ending, Taken, taken

_SLOW_ONE_IN: Final = 100
"""A p99 is what one in so many is slower than at the best of times."""


class Phase(Struct, frozen=True):
    """So many webhooks a second for so long."""

    rate: int
    seconds: int

    @property
    def number(self) -> int:
        """How many webhooks that are."""
        return self.rate * self.seconds


class Outcome(Struct, frozen=True):
    """What became of a phase, in milliseconds from when each webhook was due.

    `sent_late_p99_ms` is what the sender itself added. `slow_until_ms` is when all was well again,
    from the beginning on: of what was due in the second after it no more than one in a hundred, or
    one alone, was not as it should be. `slow_seconds` are all seconds of which that is not so, also
    later ones.
    """

    sent: int
    failed: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    sent_late_p99_ms: float
    slow_until_ms: float
    slow_seconds: list[int]
    endings: dict[Ending, Taken]


class Tally:
    """Counts the ends of one phase as they come."""

    def __init__(self, phase: Phase, normal_ms: float) -> None:
        self.phase = phase
        self.begun = 0.0
        self.lateness_ms = array("d")
        self._normal_ms = normal_ms
        self._most_slow = max(1, phase.rate / _SLOW_ONE_IN)
        self._slow = array("d")
        self._latencies_ms = {ending: array("d") for ending in Ending}

    def count(self, due: float, ending: Ending) -> None:
        """Take note of the end, now, of what was due then."""
        latency = (monotonic() - due) * 1_000
        self._latencies_ms[ending].append(latency)
        if latency > self._normal_ms or ending is not Ending.ACKNOWLEDGED:
            self._slow.append(due - self.begun)

    def outcome(self) -> Outcome:
        """Sum up."""
        ordered = sorted(it for latencies in self._latencies_ms.values() for it in latencies)
        return Outcome(
            sent=len(ordered),
            failed=len(ordered) - len(self._latencies_ms[Ending.ACKNOWLEDGED]),
            p50_ms=percentile(ordered, 50),
            p99_ms=percentile(ordered, 99),
            longest_ms=ordered[-1],
            sent_late_p99_ms=percentile(sorted(self.lateness_ms), 99),
            slow_until_ms=self._slow_until() * 1_000,
            slow_seconds=self._slow_seconds(),
            endings={end: taken(it) for end, it in self._latencies_ms.items() if it},
        )

    def _slow_seconds(self) -> list[int]:
        numbers = Counter(int(due) for due in self._slow)
        return sorted(second for second, number in numbers.items() if number > self._most_slow)

    def _slow_until(self) -> float:
        slow, until, before = sorted(self._slow), 0.0, 0
        while bisect_left(slow, until + 1) - before > self._most_slow:
            until = slow[before]
            before += 1
        return until
