"""Rounds of load, the contestants one after the other, again and again."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from tests.bench.contestants import Contestant
from tests.bench.progress import say
from tests.bench.wrk import CONNECTIONS, Round, load

Results: TypeAlias = dict[str, list[Round]]
After: TypeAlias = Callable[[Contestant, Round], None]


def play(
    contestants: Sequence[Contestant],
    *,
    rounds: int,
    seconds: int,
    warm_up_seconds: int,
    settle: Callable[[], None],
    after: After = lambda *_: None,
) -> Results:
    """Measure every contestant once a round, so that all of them meet the same machine.

    `settle` is called before each round, and returns once nothing of an earlier one is left.
    """
    for contestant in contestants:
        say(f"{contestant.name}: warming up, {warm_up_seconds} s")
        one_round(contestant, warm_up_seconds)
    results: Results = {contestant.name: [] for contestant in contestants}
    for number in range(1, rounds + 1):
        # In turn from both ends: a machine that becomes slower is nobody's advantage.
        for contestant in contestants if number % 2 else reversed(contestants):
            settle()
            played = one_round(contestant, seconds)
            results[contestant.name].append(played)
            say(
                f"{contestant.name}: round {number} of {rounds}, {played.rate:.0f}/s,"
                f" p50 {played.p50_ms:.1f} ms, p99 {played.p99_ms:.1f} ms"
            )
            after(contestant, played)
    return results


def one_round(contestant: Contestant, seconds: int, connections: int = CONNECTIONS) -> Round:
    """Load one contestant; ends the program where the log lacks what was acknowledged."""
    if contestant.database_url is None:
        return load(contestant.url, seconds, connections)
    before = contestant.log_end()
    played = load(contestant.url, seconds, connections)
    added = contestant.log_end() - before
    # What was under way when wrk went away, this time or the time before, may be there as well.
    if not played.accepted <= added <= played.accepted + played.failed + 2 * connections:
        raise SystemExit(f"{contestant.name} acknowledged {played.accepted}, but added {added}.")
    return played
