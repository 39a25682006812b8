import msgspec
import pytest

from interfaces.simulator.outcome import Acknowledgement, Outcome, Result
from interfaces.simulator.tally import Tally


def test_outcomes_are_counted_by_their_end() -> None:
    tally = Tally()
    for outcome in (
        acknowledged(0.010, "recorded"),
        acknowledged(0.020, "repeated"),
        acknowledged(0.030, None),
        Outcome(Result.REFUSED, 0, 10.0, 14.0),
        Outcome(Result.FAILED, 0, 11.0, 12.0),
        Outcome(Result.INTERRUPTED, 0, 13.0, 13.5),
    ):
        tally.add(outcome)

    assert msgspec.to_builtins(tally.summary()) == {
        "Sent": 6,
        "Acknowledged": 3,
        "Repeated": 1,
        "Refused": 1,
        "Failed": 1,
        "Seconds": 4.0,
        "Rate": 0.8,
        "P50Ms": 20.0,
        "P99Ms": 30.0,
    }


@pytest.mark.parametrize(("count", "p50", "p99"), [(1, 1.0, 1.0), (100, 50.0, 99.0)])
def test_percentiles_are_of_the_nearest_rank(count: int, p50: float, p99: float) -> None:
    tally = Tally()
    for milliseconds in range(count, 0, -1):
        tally.add(acknowledged(milliseconds / 1000, "recorded"))

    summary = tally.summary()

    assert (summary.p50_ms, summary.p99_ms) == (p50, p99)


def test_a_play_without_answers_has_no_percentiles() -> None:
    summary = Tally().summary()

    assert (summary.sent, summary.seconds, summary.rate) == (0, 0.0, 0.0)
    assert summary.p50_ms is None
    assert summary.p99_ms is None


def acknowledged(seconds: float, verdict: str | None) -> Outcome:
    entry = Acknowledgement(1, "WorkOrderCreated", "00", False, False, 200, None, verdict)
    return Outcome(Result.ACKNOWLEDGED, 0, 10.0, 11.0, seconds, entry)
