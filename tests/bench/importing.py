"""The first day: many activities are linked while webhooks arrive as ever."""

import csv
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeAlias

from domain.identity import LOWEST_ACTIVITY_ID
from tests.bench import arithmetic
from tests.bench.contestants import Contestant
from tests.bench.overload import described, on_record_once
from tests.bench.phases import Phase
from tests.bench.progress import say
from tests.bench.site import Figures, Site
from tests.bench.steady import offer, steady
from tests.bench.webhook import LOWEST_WORK_ORDER

_RATE: Final = 200
_MOST_SECONDS: Final = 600
"""Longer than a command may take."""

Links: TypeAlias = list[tuple[int, int]]


def import_beside(site: Site) -> Figures:
    """The longest answer while a file of activities is imported, read models kept as well.

    Ends the program where not all of them are open afterwards, where a second import changes
    anything, or where an acknowledged webhook is not on record once.
    """
    links = links_of(site.plan.imported_rows)
    file = site.folder / "links.csv"
    write_links(file, links)
    seconds: list[float] = []
    with ExitStack() as stack:
        service = site.durable(stack, "import", projects=True)
        before = steady(service, _RATE, site.plan.round_seconds)
        say(f"import: {len(links)} activities beside {_RATE}/s")
        account = offer(
            service,
            [Phase(_RATE, _MOST_SECONDS)],
            meanwhile=lambda: seconds.append(_import(service, file, opening=len(links))),
        )
        _prove_open(service, links)
        _prove_idempotent(service, file)
        recorded = on_record_once(service, service.database_url or "", account)
    [outcome] = account.outcomes
    if outcome.failed:
        site.remarks.append(f"import: {outcome.failed} requests failed or were refused")
    return {
        "longest_ms_beside_an_import": arithmetic.significant(outcome.longest_ms),
        "import": {
            "activities": len(links),
            "rate": _RATE,
            "before": described(before, site.plan.round_seconds),
            "meanwhile": described(outcome, round(seconds[0])),
            "acknowledged_and_on_record_once": recorded,
        },
    }


def links_of(rows: int) -> Links:
    """Return work orders, some of which the load reports as well, and an activity for each."""
    return [(LOWEST_WORK_ORDER + number, LOWEST_ACTIVITY_ID + number) for number in range(rows)]


def write_links(file: Path, links: Sequence[tuple[int, int]]) -> None:
    """Write the file as the command reads it."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([("WorkOrderId", "ActivityId"), *links])


def _import(service: Contestant, file: Path, opening: int) -> float:
    """Return how many seconds the command took; ends the program where it opened another number."""
    began = time.perf_counter()
    told = service.json("activities", "import", str(service.client_id), str(file))
    seconds = time.perf_counter() - began
    if told["Opened"] != opening:
        raise SystemExit(f"The import opened {told['Opened']} activities instead of {opening}.")
    say(f"{service.name}: {opening} opened in {seconds:.1f} s")
    return seconds


def _prove_open(service: Contestant, links: Links) -> None:
    listed = service.json("activities", "list", str(service.client_id))
    if sorted((it["WorkOrderId"], it["ActivityId"]) for it in listed) != links:
        raise SystemExit(f"Of {len(links)} imported activities {len(listed)} are open, or others.")


def _prove_idempotent(service: Contestant, file: Path) -> None:
    before = service.log_end()
    _import(service, file, opening=0)
    added = service.log_end() - before
    if added:
        raise SystemExit(f"A second import added {added} events.")
