"""How a webhook ended for the one who sent it, and how long each kind of end took."""

from array import array
from enum import StrEnum
from typing import Final

from msgspec import Struct

from tests.bench.answers import Answer
from tests.bench.arithmetic import percentile

_UNAVAILABLE: Final = 503


class Ending(StrEnum):
    """What the sender saw last."""

    ACKNOWLEDGED = "acknowledged"
    UNAVAILABLE = "503 with Retry-After"
    OTHER = "another answer"
    REFUSED = "connection refused"
    CUT = "connection cut"
    UNANSWERED = "not answered in time"


class Taken(Struct, frozen=True):
    """How many ended alike, and how long that took from when they were due."""

    number: int
    p50_ms: float
    p99_ms: float
    longest_ms: float


def ending_of(answer: Answer) -> Ending:
    """Return which end an answer is; a 503 that does not say when to come again is another one."""
    if answer.status == 200:
        return Ending.ACKNOWLEDGED
    if answer.status == _UNAVAILABLE and answer.retry_after:
        return Ending.UNAVAILABLE
    return Ending.OTHER


def taken(latencies_ms: "array[float]") -> Taken:
    """Sum up what took so long each."""
    ordered = sorted(latencies_ms) or [0.0]
    return Taken(
        number=len(latencies_ms),
        p50_ms=percentile(ordered, 50),
        p99_ms=percentile(ordered, 99),
        longest_ms=ordered[-1],
    )
