"""What is made of the rounds: medians, how far they disagree, ratios of rounds side by side."""

from collections.abc import Sequence
from math import ceil, floor, log10
from statistics import median
from typing import Final

from tests.bench.wrk import Round

MOST_SPREAD: Final = 0.10
"""Repeats that differ by more are named in the report."""


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the value that `share` per cent of the ordered values do not exceed."""
    if not ordered:
        raise ValueError("there is no percentile of nothing")
    return ordered[max(0, ceil(len(ordered) * share / 100) - 1)]


def spread(values: Sequence[float]) -> float:
    """Return the widest difference as a share of the median."""
    middle = median(values)
    return (max(values) - min(values)) / middle if middle else 0.0


def significant(value: float, digits: int = 3) -> float:
    """Round to so many significant digits."""
    if value == 0:
        return 0.0
    return round(value, digits - 1 - floor(log10(abs(value))))


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """Return the median of the ratios of what was measured side by side."""
    return significant(median(a / b for a, b in zip(over, under, strict=True)))


def rate_ratio(over: Sequence[Round], under: Sequence[Round]) -> float:
    """Return how many times the rate of the others these rounds reached."""
    return ratio([one.rate for one in over], [one.rate for one in under])


def p99_ratio(over: Sequence[Round], under: Sequence[Round]) -> float:
    """Return how many times the p99 of the others these rounds took."""
    return ratio([one.p99_ms for one in over], [one.p99_ms for one in under])


def summary(rounds: Sequence[Round]) -> dict[str, object]:
    """Return the medians of the rounds, each round's rate, and how far the rates disagree."""
    rates = [one.rate for one in rounds]
    return {
        "rate": significant(median(rates), 4),
        "p50_ms": significant(median(one.p50_ms for one in rounds)),
        "p99_ms": significant(median(one.p99_ms for one in rounds)),
        "longest_ms": significant(max(one.longest_ms for one in rounds)),
        "failed": sum(one.failed for one in rounds),
        "rates": [significant(rate, 4) for rate in rates],
        "p99s_ms": [significant(one.p99_ms) for one in rounds],
        "spread": significant(spread(rates), 2),
    }


def remarks(name: str, rounds: Sequence[Round]) -> list[str]:
    """Say what makes these rounds less than trustworthy."""
    apart = spread([one.rate for one in rounds])
    failed = sum(one.failed for one in rounds)
    said = []
    if apart > MOST_SPREAD:
        said.append(f"{name}: the rates of its rounds differ by {apart:.0%}")
    if failed:
        said.append(f"{name}: {failed} requests failed or were refused")
    return said
