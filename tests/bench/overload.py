"""More than can be written: what becomes of it, and how soon all is well afterwards."""

from collections import Counter
from contextlib import ExitStack
from typing import Final

from msgspec import structs

from infrastructure.database import Database
from tests.bench import arithmetic
from tests.bench.contestants import Contestant, durable
from tests.bench.open_loop import Account
from tests.bench.phases import Outcome, Phase
from tests.bench.progress import say
from tests.bench.rounds import one_round
from tests.bench.site import Figures, Site
from tests.bench.steady import offer, steady
from tests.proof import deliveries_on_record, prove_whole
from tests.schemas import schema
from tests.wire import Wire

_FLOOD_CONNECTIONS: Final = 4_000
_CAPACITY_CONNECTIONS: Final = 256
_TIMES_THE_CAPACITY: Final = 5

_ANSWER_SECONDS: Final = 0.025
_BYTES_A_SECOND: Final = 1_000_000
"""The line to the database: it makes a capacity of which a sender in Python can send five times
as much, beside the service on the same machine."""

_SENDER_WAITS_MS: Final = 5_000.0
"""ServiceChannel's; what is normal on a line like this is known after the first load."""

_NORMAL_TIMES: Final = 1.5
"""Of the p99 that the same load had before the flood: up to there an answer is as it was."""


def overload(site: Site) -> Figures:
    """Many senders at once who wait for answers, and many webhooks a second that do not."""
    return {**_closed(site), **_open(site)}


def _closed(site: Site) -> Figures:
    with ExitStack() as stack:
        service = site.durable(stack, "overload")
        one_round(service, site.plan.warm_up_seconds)
        flood = one_round(service, site.plan.overload_seconds, _FLOOD_CONNECTIONS)
        after = steady(service, 500, site.plan.round_seconds)
    return {
        "seconds_until_normal_after_overload": arithmetic.significant(after.slow_until_ms / 1_000),
        "overload": {
            "connections": _FLOOD_CONNECTIONS,
            "flood": {**arithmetic.summary([flood]), "failures": structs.asdict(flood.failures)},
            "after": described(after, site.plan.round_seconds),
        },
    }


def _open(site: Site) -> Figures:
    with ExitStack() as stack:
        url = stack.enter_context(schema(site.server_url, "bench_open_overload"))
        wire = stack.enter_context(Wire(url).forwarding())
        service = stack.enter_context(durable("open_overload", site.folder, wire.url))
        wire.slow_down(_ANSWER_SECONDS, _BYTES_A_SECOND)
        capacity = one_round(service, site.plan.round_seconds, _CAPACITY_CONNECTIONS).rate
        half = Phase(max(1, int(capacity / 2)), site.plan.round_seconds)
        before = steady(service, half.rate, half.seconds, _SENDER_WAITS_MS)
        flood = Phase(int(_TIMES_THE_CAPACITY * capacity), site.plan.overload_seconds)
        say(f"{service.name}: {flood.rate}/s for {flood.seconds} s, then {half.rate}/s")
        normal_ms = _NORMAL_TIMES * before.p99_ms
        account = offer(service, [flood, half], normal_ms)
        wire.slow_down(0)
        recorded = on_record_once(service, url, account)
    flooded, after = account.outcomes
    return {
        "seconds_until_normal_after_open_overload": arithmetic.significant(
            after.slow_until_ms / 1_000
        ),
        "open_overload": {
            "capacity": arithmetic.significant(capacity),
            "normal_ms": arithmetic.significant(normal_ms),
            "before": described(before, half.seconds),
            "flood": described(flooded, flood.seconds),
            "after": described(after, half.seconds),
            "acknowledged_and_on_record_once": recorded,
        },
    }


def on_record_once(service: Contestant, url: str, account: Account) -> int:
    """Return how many were acknowledged; ends the program where one is not on record once."""
    database = Database(url)
    try:
        recorded = deliveries_on_record(prove_whole(database))
    finally:
        database.close()
    times = Counter(recorded[digest.hex(), False] for digest in account.acknowledged)
    repeats = sum(recorded[digest.hex(), True] for digest in account.acknowledged)
    if set(times) - {1} or repeats:
        raise SystemExit(f"{service.name}: acknowledged, and so often on record: {dict(times)}.")
    return times[1]


def described(outcome: Outcome, seconds: int) -> Figures:
    """Return an outcome as the report tells it."""
    told = {name: _rounded(value) for name, value in structs.asdict(outcome).items()}
    endings = {
        ending: {name: _rounded(value) for name, value in structs.asdict(taken).items()}
        for ending, taken in outcome.endings.items()
    }
    return {"seconds": seconds, **told, "endings": endings}


def _rounded(value: object) -> object:
    return arithmetic.significant(value) if isinstance(value, float) else value
