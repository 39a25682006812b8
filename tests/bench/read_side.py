"""Figures of the read side: rebuilding beside peers, lag, both while webhooks arrive, searches."""

import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from threading import Event
from typing import Final

import psycopg

from tests.bench import arithmetic
from tests.bench.apart import printed_by
from tests.bench.contestants import Contestant, recorder_settings
from tests.bench.filling import fill
from tests.bench.progress import say
from tests.bench.rebuild_memory import rebuild_memory
from tests.bench.rounds import one_round
from tests.bench.searching import search
from tests.bench.site import Figures, Site
from tests.bench.steady import steady
from tests.schemas import schema

_RUNNER_EVENTS: Final = 10_000
_REPORTS_EACH: Final = 5
_LOOK_SECONDS: Final = 0.02
_LAG_RATE: Final = 1_000

# How long ago the first event was recorded that some read model has not taken yet.
_LAG: Final = """
    SELECT extract(epoch FROM clock_timestamp() - recorded_at)
    FROM event_log
    WHERE position = 1 + (SELECT min(position) FROM projection_pointers
                          JOIN projection_generations USING (projection, generation))
"""


def rebuild(site: Site) -> Figures:
    """How fast activity search is rebuilt, beside the library's runner and a bare cursor.

    Once from a log with a work order for every report, where every event makes a row with all its
    indexes and words; once from one in which work orders are reported on again and again.
    """
    single, several = _rebuilt(site, 1), _rebuilt(site, _REPORTS_EACH)
    return {**single, **{f"{name}_several_reports_each": told for name, told in several.items()}}


def _rebuilt(site: Site, reports_each: int) -> Figures:
    with ExitStack() as stack:
        service = site.durable(stack, f"rebuild_{reports_each}")
        fill(service, site.plan.rebuilt_events, reports_each)
        events = service.log_end()
        ours, runners, cursors = [], [], []
        for number in range(1, site.plan.rounds + 1):
            ours.append(events / _rebuild(service, "activity_search"))
            cursors.append(events / _peer("cursor_fold", service.database_url or ""))
            with schema(site.server_url, "bench_runner") as url:
                runners.append(_RUNNER_EVENTS / _runner(url, reports_each))
            say(
                f"{service.name}: round {number} of {site.plan.rounds}, {ours[-1]:.0f} events/s;"
                f" runner {runners[-1]:.0f}/s, cursor {cursors[-1]:.0f}/s"
            )
    return {
        "rebuild_vs_projection_runner": arithmetic.ratio(ours, runners),
        "rebuild_vs_cursor_fold": arithmetic.ratio(ours, cursors),
        "rebuild": {
            "events": events,
            "reports_of_each_work_order": reports_each,
            "events_a_second": [arithmetic.significant(rate) for rate in ours],
            "projection_runner": [arithmetic.significant(rate) for rate in runners],
            "cursor_fold": [arithmetic.significant(rate) for rate in cursors],
        },
    }


def lag(site: Site) -> Figures:
    """How far the slowest read model is behind at 1,000 webhooks a second."""
    seen: list[float] = []
    with ExitStack() as stack:
        service = site.durable(stack, "lag", projects=True)
        one_round(service, site.plan.warm_up_seconds)
        _until_followed(service)
        with _meanwhile(partial(_note_lag, service, seen)):
            outcome = steady(service, _LAG_RATE, site.plan.steady_seconds)
    ordered = sorted(seen)
    return {
        "lag_p99_ms_at_1000": arithmetic.significant(arithmetic.percentile(ordered, 99)),
        "lag": {
            "looks": len(ordered),
            "p50_ms": arithmetic.significant(arithmetic.percentile(ordered, 50)),
            "longest_ms": arithmetic.significant(ordered[-1]),
            "webhooks_p99_ms": arithmetic.significant(outcome.p99_ms),
            "webhooks_failed": outcome.failed,
        },
    }


def rebuild_during_ingest(site: Site) -> Figures:
    """The rate of webhooks while every read model is rebuilt, beside the rate without."""
    with ExitStack() as stack:
        service = site.durable(stack, "during")
        fill(service, site.plan.rebuilt_events)
        one_round(service, site.plan.warm_up_seconds)
        without, during = [], []
        for _ in range(site.plan.rounds):
            without.append(one_round(service, site.plan.round_seconds).rate)
            with _meanwhile(partial(_keep_rebuilding, service)):
                during.append(one_round(service, site.plan.round_seconds).rate)
            say(f"during a rebuild: {during[-1]:.0f}/s, without {without[-1]:.0f}/s")
    return {
        "ingest_during_rebuild_vs_without": arithmetic.ratio(during, without),
        "during": {
            "during": [arithmetic.significant(rate) for rate in during],
            "without": [arithmetic.significant(rate) for rate in without],
        },
    }


READ_GROUPS: Final[dict[str, Callable[[Site], Figures]]] = {
    "rebuild": rebuild,
    "lag": lag,
    "during": rebuild_during_ingest,
    "search": search,
    "memory": rebuild_memory,
}


def _rebuild(service: Contestant, *names: str) -> float:
    began = time.perf_counter()
    completed = service.command("projections", "rebuild", *names, "--yes", "--json")
    seconds = time.perf_counter() - began
    if completed.returncode != 0:
        raise SystemExit(f"The rebuild failed:\n{completed.stderr}")
    return seconds


def _keep_rebuilding(service: Contestant, stopping: Event) -> None:
    while not stopping.is_set():
        _rebuild(service, "--all")


def _note_lag(service: Contestant, seen: list[float], stopping: Event) -> None:
    """Note the lag in milliseconds, many times a second."""
    with psycopg.connect(service.database_url or "", autocommit=True) as connection:
        while not stopping.wait(_LOOK_SECONDS):
            row = connection.execute(_LAG).fetchone()
            seen.append(float(row[0]) * 1_000 if row else 0.0)


@contextmanager
def _meanwhile(work: Callable[[Event], None]) -> Generator[None]:
    """Have the work done for the length of a block; the event says when to end."""
    stopping = Event()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work, stopping)
        try:
            yield
        finally:
            stopping.set()
            working.result()


def _until_followed(service: Contestant) -> None:
    with psycopg.connect(service.database_url or "", autocommit=True) as connection:
        while connection.execute(_LAG).fetchone():
            time.sleep(_LOOK_SECONDS)


def _runner(schema_url: str, reports_each: int) -> float:
    asked = (str(_RUNNER_EVENTS), str(reports_each))
    return _peer("projection_runner", *asked, **recorder_settings(schema_url))


def _peer(name: str, *arguments: str, **settings: str) -> float:
    return float(printed_by(f"tests.bench.peers.{name}", *arguments, **settings))
