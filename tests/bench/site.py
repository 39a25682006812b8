"""Where a run takes place, and what every group of figures does there."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from tests.bench import arithmetic
from tests.bench.contestants import Contestant, durable, peer
from tests.bench.phases import Outcome
from tests.bench.plan import Plan
from tests.bench.postgres import settle
from tests.bench.rounds import one_round, play
from tests.bench.steady import steady
from tests.bench.wrk import Round
from tests.schemas import schema

Figures: TypeAlias = dict[str, object]


class Site(Struct, frozen=True):
    """Where a run takes place: its server, its folder, its plan, what is to be remarked.

    What was promised and not kept is `broken`: the run goes on, but is a failed one.
    """

    server_url: str
    folder: Path
    plan: Plan
    remarks: list[str]
    broken: list[str] = field(default_factory=list)

    def durable(
        self, stack: ExitStack, name: str, workers: int = 1, *, projects: bool = False
    ) -> Contestant:
        """Start the service on an empty schema, stopped with the stack."""
        url = stack.enter_context(schema(self.server_url, f"bench_{name}"))
        return stack.enter_context(durable(name, self.folder, url, workers, projects=projects))

    def stock(self, stack: ExitStack) -> Contestant:
        """Start the peer that uses the library's recorder on an empty schema."""
        url = stack.enter_context(schema(self.server_url, "bench_stock"))
        return stack.enter_context(peer("stock", self.folder, url))

    def play(
        self,
        contestants: list[Contestant],
        after: Callable[[Contestant, Round], None] = lambda *_: None,
    ) -> dict[str, list[Round]]:
        """Measure these side by side."""
        results = play(
            contestants,
            rounds=self.plan.rounds,
            seconds=self.plan.round_seconds,
            warm_up_seconds=self.plan.warm_up_seconds,
            settle=self._settle,
            after=after,
        )
        for name, rounds in results.items():
            self.remarks.extend(arithmetic.remarks(name, rounds))
        return results

    def _settle(self) -> None:
        if not settle(self.server_url):
            self.remarks.append("a round began while the server still worked for an earlier one")

    def steady(self, contestant: Contestant, rate: int, seconds: int) -> Outcome:
        """Measure one at a steady rate."""
        one_round(contestant, self.plan.warm_up_seconds)
        outcome = steady(contestant, rate, seconds)
        if outcome.failed:
            self.remarks.append(f"{rate}/s: {outcome.failed} requests failed or were refused")
        return outcome
