"""How long everything takes: the usual form, a shortened one, the long one."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

WRITING: Final = (
    *("rates", "workers", "steady", "overload", "longest"),
    *("import", "full", "million", "layers"),
)
READING: Final = ("rebuild", "lag", "during", "search", "memory")
_LONG_ONLY: Final = ("million", "memory")
FIGURES: Final = (*WRITING, *READING)


class Plan(Struct, frozen=True):
    """What is measured, in seconds, rounds and events."""

    figures: tuple[str, ...]
    rounds: int
    round_seconds: int
    warm_up_seconds: int
    steady_seconds: int
    overload_seconds: int
    longest_seconds: int
    imported_rows: int
    filled_events: int
    rebuilt_events: int
    searched_activities: int
    webhooks_for_memory: int


def plan(figures: Sequence[str], seconds: int, rounds: int, *, long: bool) -> Plan:
    """Return the plan; a round takes `seconds`, everything else follows from that.

    The long form lasts ten minutes at a steady rate, fills the log with five million events, sends
    a million webhooks to one process, and weighs a rebuild of five million events against one of
    half a million; the usual form leaves those last two out.
    """
    usual = [name for name in FIGURES if long or name not in _LONG_ONLY]
    return Plan(
        figures=tuple(figures or usual),
        rounds=rounds,
        round_seconds=seconds,
        warm_up_seconds=max(1, seconds // 3),
        steady_seconds=3 * seconds,
        overload_seconds=3 * seconds,
        longest_seconds=600 if long else 6 * seconds,
        imported_rows=100_000 if long else 10_000 * seconds,
        filled_events=5_000_000 if long else 50_000 * seconds,
        rebuilt_events=50_000 * seconds,
        searched_activities=100_000 * seconds,
        webhooks_for_memory=1_000_000 if long else 20_000 * seconds,
    )
