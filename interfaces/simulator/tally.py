"""Counting outcomes."""

from array import array
from collections import Counter

from msgspec import Struct

from interfaces.simulator.outcome import Outcome, Result


class Summary(Struct, frozen=True, rename="pascal"):
    """The figures of a play.

    `sent` counts deliveries attempted at least once; `seconds` runs from the first attempt to the
    end of the last, `rate` is acknowledged deliveries per second of it. `p50_ms` and `p99_ms` are
    percentiles (nearest rank) of the time to the acknowledging answer, null if there was none.
    """

    sent: int
    acknowledged: int
    repeated: int
    refused: int
    failed: int
    seconds: float
    rate: float
    p50_ms: float | None
    p99_ms: float | None


class Tally:
    """Outcomes so far."""

    def __init__(self) -> None:
        self._results: Counter[Result] = Counter()
        self._repeated = 0
        self._times = array("d")
        self._began = float("inf")
        self._ended = float("-inf")

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self._results[outcome.result] += 1
        self._began = min(self._began, outcome.began)
        self._ended = max(self._ended, outcome.ended)
        if outcome.answered_in is not None:
            self._times.append(outcome.answered_in)
        if outcome.acknowledgement is not None:
            self._repeated += outcome.acknowledgement.verdict == "repeated"

    @property
    def acknowledged(self) -> int:
        """How many deliveries were acknowledged."""
        return self._results[Result.ACKNOWLEDGED]

    def summary(self) -> Summary:
        """Return the figures of all outcomes counted so far."""
        seconds = max(self._ended - self._began, 0.0)
        times = sorted(self._times)
        return Summary(
            sent=self._results.total(),
            acknowledged=self.acknowledged,
            repeated=self._repeated,
            refused=self._results[Result.REFUSED],
            failed=self._results[Result.FAILED],
            seconds=round(seconds, 3),
            rate=round(self.acknowledged / seconds, 1) if seconds else 0.0,
            p50_ms=_percentile_ms(times, 50),
            p99_ms=_percentile_ms(times, 99),
        )


def _percentile_ms(times: list[float], percent: int) -> float | None:
    if not times:
        return None
    rank = -(-len(times) * percent // 100)
    return round(times[rank - 1] * 1000, 3)
