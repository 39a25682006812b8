"""The figures of the write path: each group starts whom it measures and stops them again."""

from collections.abc import Callable
from contextlib import ExitStack
from statistics import fmean
from typing import Final

from tests.bench import arithmetic, sizes, webhook
from tests.bench.contestants import Contestant, peer
from tests.bench.filling import fill
from tests.bench.importing import import_beside
from tests.bench.layers import layers
from tests.bench.overload import described, overload
from tests.bench.postgres import autovacuums
from tests.bench.progress import say
from tests.bench.rounds import one_round
from tests.bench.site import Figures, Site
from tests.bench.wrk import Round

_PAIRS_BEGUN_ANEW: Final = 9


def rates(site: Site) -> Figures:
    """Webhooks a second beside the peers', and what they take of disk and memory."""
    with ExitStack() as stack:
        bare = stack.enter_context(peer("bare", site.folder))
        stock = site.stock(stack)
        one = site.durable(stack, "durable")
        projecting = site.durable(stack, "projecting", projects=True)
        memory = [sizes.megabytes(one.pid)]

        def weigh(contestant: Contestant, _: Round) -> None:
            if contestant is one:
                memory.append(sizes.megabytes(one.pid))

        results = site.play([bare, stock, one, projecting], weigh)
        of_the_journal = sizes.megabytes(one.journal_pid)
        on_disk = sizes.disk_bytes_per_event(one.database_url or "")
    durables = results["durable"]
    body_bytes = len(webhook.template())
    return {
        "durable_vs_bare": arithmetic.rate_ratio(durables, results["bare"]),
        "durable_vs_stock": arithmetic.rate_ratio(durables, results["stock"]),
        "p99_vs_stock": arithmetic.p99_ratio(durables, results["stock"]),
        "projecting_vs_not": arithmetic.rate_ratio(results["projecting"], durables),
        "disk_bytes_per_body_byte": arithmetic.significant(sum(on_disk.values()) / body_bytes),
        "worker_megabytes": memory[-1],
        "journal_megabytes": of_the_journal,
        "rates": {name: arithmetic.summary(rounds) for name, rounds in results.items()},
        "disk_bytes_per_event": on_disk,
        "worker_megabytes_at_start_and_after_each_round": memory,
    }


def workers(site: Site) -> Figures:
    """The rate of two workers beside that of one, of services that are begun anew again and again.

    Two processes that do the same differ by some hundredths for as long as they live.
    """
    one, two = [], []
    for number in range(1, _PAIRS_BEGUN_ANEW + 1):
        say(f"workers: services {number} of {_PAIRS_BEGUN_ANEW}")
        with ExitStack() as stack:
            alone = site.durable(stack, "worker_1")
            results = site.play([alone, site.durable(stack, "workers_2", workers=2)])
        one.append(fmean(played.rate for played in results["worker_1"]))
        two.append(fmean(played.rate for played in results["workers_2"]))
    return {
        "workers_2_vs_1": arithmetic.ratio(two, one),
        "workers": {
            "ratios": [arithmetic.significant(b / a) for a, b in zip(one, two, strict=True)],
            "worker_1": [arithmetic.significant(rate, 4) for rate in one],
            "workers_2": [arithmetic.significant(rate, 4) for rate in two],
        },
    }


def steady_rate(site: Site) -> Figures:
    """How late an answer is at 500 webhooks a second."""
    with ExitStack() as stack:
        service = site.durable(stack, "steady")
        outcome = site.steady(service, 500, site.plan.steady_seconds)
    return {
        "steady_500_p99_ms": arithmetic.significant(outcome.p99_ms),
        "steady": described(outcome, site.plan.steady_seconds),
    }


def longest(site: Site) -> Figures:
    """The longest answer at 1,000 webhooks a second, while the server vacuums as it likes."""
    with ExitStack() as stack:
        service = site.durable(stack, "longest")
        outcome = site.steady(service, 1_000, site.plan.longest_seconds)
        vacuumed = autovacuums(service.database_url or "")
    return {
        "longest_ms_at_1000": arithmetic.significant(outcome.longest_ms),
        "longest": {"autovacuums": vacuumed, **described(outcome, site.plan.longest_seconds)},
    }


def full(site: Site) -> Figures:
    """The rate with a full log beside the rate with an empty one."""
    with ExitStack() as stack:
        empty_log, full_log = site.durable(stack, "empty_log"), site.durable(stack, "full_log")
        fill(full_log, site.plan.filled_events)
        results = site.play([empty_log, full_log])
    return {
        "full_vs_empty_log": arithmetic.rate_ratio(results["full_log"], results["empty_log"]),
        "full": {
            "events": site.plan.filled_events,
            **{name: arithmetic.summary(rounds) for name, rounds in results.items()},
        },
    }


def million(site: Site) -> Figures:
    """What the processes hold of memory while they take many webhooks."""
    with ExitStack() as stack:
        service = site.durable(stack, "million")
        taken, rates, memory = 0, [], [sizes.megabytes(service.pid)]
        of_the_journal = [sizes.megabytes(service.journal_pid)]
        while taken < site.plan.webhooks_for_memory:
            played = one_round(service, 3 * site.plan.round_seconds)
            taken += played.accepted
            rates.append(arithmetic.significant(played.rate, 4))
            memory.append(sizes.megabytes(service.pid))
            of_the_journal.append(sizes.megabytes(service.journal_pid))
            say(f"million: {taken} webhooks, {memory[-1]} and {of_the_journal[-1]} MB")
    return {
        "worker_megabytes_after_a_million": memory[-1],
        "million": {
            "webhooks": taken,
            "rates": rates,
            "megabytes": memory,
            "of_the_journal": of_the_journal,
        },
    }


GROUPS: Final[dict[str, Callable[[Site], Figures]]] = {
    "rates": rates,
    "workers": workers,
    "steady": steady_rate,
    "overload": overload,
    "longest": longest,
    "import": import_beside,
    "full": full,
    "million": million,
    "layers": layers,
}
