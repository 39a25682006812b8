"""More arrives than a slow database takes, from senders who do not wait for one another."""

import asyncio
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.endings import Ending
from tests.bench.open_loop import Account, Order, Sender
from tests.bench.phases import Phase
from tests.callers import Caller
from tests.proof import deliveries_on_record, prove_whole
from tests.running import Service
from tests.wire import Wire

NORMAL_MS = 1_000.0
"""An answer that takes longer has waited for more than one of a load that can just be taken."""


@contextmanager
def calling(wire: Wire, folder: Path) -> Generator[Caller]:
    with wire.forwarding(), Service(wire.url, folder).running("--no-project") as service:
        caller = Caller(service, "on-request")
        yield caller
        caller.close()


def offered(caller: Caller, *phases: Phase) -> Account:
    url = f"{caller.service.url}{caller.path}?{urlencode(caller.query)}"
    return asyncio.run(Sender(Order(url, phases, NORMAL_MS)).run())


def test_beyond_what_can_be_written_in_time_it_is_503_at_once_and_all_is_well_afterwards(
    schema_url: str, folder: Path
) -> None:
    wire = Wire(schema_url)
    with calling(wire, folder) as caller:
        # Some 180 a second: a slow disk, say. A load that it can just take makes that known.
        wire.slow_down(0.02, 400_000)
        account = offered(caller, Phase(120, 2), Phase(900, 4), Phase(50, 3))
        wire.slow_down(0)
        recorded = deliveries_on_record(prove_whole(caller.adapters.database))
    [gap] = Service(schema_url, folder).json("gaps", str(caller.keys.client_id))["Gaps"]
    assert (gap["Kind"], gap["Count"]) == ("unavailable", sum(it.failed for it in account.outcomes))
    _, flood, after = account.outcomes
    assert set(flood.endings) == {Ending.ACKNOWLEDGED, Ending.UNAVAILABLE}
    assert flood.endings[Ending.UNAVAILABLE].number > flood.sent / 2
    assert flood.endings[Ending.UNAVAILABLE].p50_ms < 500
    assert after.slow_until_ms <= 2_000
    assert Counter(recorded[digest.hex(), False] for digest in account.acknowledged) == {
        1: len(account.acknowledged)
    }
    assert not any(is_repeat for _, is_repeat in recorded)


def test_a_database_that_is_far_away_is_given_as_much_at_once_as_keeps_up(
    schema_url: str, folder: Path
) -> None:
    wire = Wire(schema_url)
    with calling(wire, folder) as caller:
        # A batch takes 0.8 s whatever is in it: smaller ones would only bring less.
        wire.slow_down(0.2)
        _, flood = offered(caller, Phase(300, 5), Phase(300, 2)).outcomes
        wire.slow_down(0)
    assert flood.endings[Ending.ACKNOWLEDGED].number > 0.9 * flood.sent
