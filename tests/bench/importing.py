"""The first day: many activities are linked while webhooks arrive as ever."""

import csv
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import urljoin

import httpx
import psycopg
from msgspec import Struct

from domain.identity import LOWEST_ACTIVITY_ID
from tests.bench import arithmetic
from tests.bench.contestants import Contestant
from tests.bench.endings import Ending
from tests.bench.found_rows import fill_search
from tests.bench.overload import described, on_record_once
from tests.bench.phases import Outcome, Phase
from tests.bench.progress import say
from tests.bench.site import Figures, Site
from tests.bench.steady import offer, steady
from tests.bench.webhook import BEYOND_THE_LOAD, LOWEST_WORK_ORDER

_RATE: Final = 200
_MOST_SECONDS: Final = 600
"""Longer than a command may take."""

_LONGEST_MS: Final = 1_000.0
"""No webhook may wait for longer while activities are imported."""

Links: TypeAlias = list[tuple[int, int]]
Import: TypeAlias = Callable[[Contestant, Path, Links], object]


class Way(Struct, frozen=True):
    """How activities are imported, and the first of the work orders; the others follow it."""

    act: Import
    lowest_work_order: int = LOWEST_WORK_ORDER


def import_beside(site: Site) -> Figures:
    """The longest answer while activities are imported in each way, read models kept as well.

    Ends the program where not all of them are open afterwards, where a second import changes
    anything, or where an acknowledged webhook is not on record once. A webhook that was refused or
    had to wait is a promise broken.
    """
    told: Figures = {}
    longest: list[float] = []
    for name, way in WAYS.items():
        outcome, told[name] = _beside(site, name, way)
        longest.append(outcome.longest_ms)
        site.broken.extend(broken(name, outcome))
    return {
        "longest_ms_beside_an_import": arithmetic.significant(max(longest)),
        "import": {"activities": site.plan.imported_rows, "rate": _RATE, **told},
    }


def _beside(site: Site, name: str, way: Way) -> tuple[Outcome, Figures]:
    links = links_of(site.plan.imported_rows, way.lowest_work_order)
    seconds: list[float] = []
    with ExitStack() as stack:
        service = site.durable(stack, name, projects=True)
        fill_search(
            service.database_url or "", service.client_id, len(links), way.lowest_work_order
        )
        before = steady(service, _RATE, site.plan.round_seconds)
        say(f"{name}: {len(links)} activities beside {_RATE}/s")
        account = offer(
            service,
            [Phase(_RATE, _MOST_SECONDS)],
            meanwhile=lambda: seconds.append(_timed(way, service, site.folder, links)),
        )
        _prove_open(service, links)
        _timed(way, service, site.folder, links)
        if (times := _openings(service)) != len(links):
            raise SystemExit(f"{name}: after a second import {times} activities were opened.")
        recorded = on_record_once(service, service.database_url or "", account)
    [outcome] = account.outcomes
    return outcome, {
        "before": described(before, site.plan.round_seconds),
        "meanwhile": described(outcome, round(seconds[0])),
        "acknowledged_and_on_record_once": recorded,
    }


def broken(name: str, outcome: Outcome) -> list[str]:
    """Say what of the promise to webhooks beside an import this way was not kept."""
    told = []
    if outcome.failed:
        ends = ", ".join(
            f"{taken.number}× {ending}"
            for ending, taken in outcome.endings.items()
            if ending is not Ending.ACKNOWLEDGED
        )
        told.append(f"{outcome.failed} of {outcome.sent} webhooks were not taken ({ends})")
    if outcome.longest_ms > _LONGEST_MS:
        told.append(f"a webhook took {outcome.longest_ms:.0f} ms of at most {_LONGEST_MS:.0f} ms")
    return [f"Beside the import by {name} {sentence}." for sentence in told]


def links_of(rows: int, lowest_work_order: int = LOWEST_WORK_ORDER) -> Links:
    """Return work orders, by default some that the load reports as well, with an activity each."""
    return [(lowest_work_order + number, LOWEST_ACTIVITY_ID + number) for number in range(rows)]


def write_links(file: Path, links: Sequence[tuple[int, int]]) -> None:
    """Write the file as the command reads it."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([("WorkOrderId", "ActivityId"), *links])


def _timed(way: Way, service: Contestant, folder: Path, links: Links) -> float:
    """Import, and return how many seconds it took."""
    began = time.perf_counter()
    way.act(service, folder, links)
    seconds = time.perf_counter() - began
    say(f"{service.name}: {len(links)} imported in {seconds:.1f} s")
    return seconds


def _prove_open(service: Contestant, links: Links) -> None:
    listed = service.json("activities", "list", str(service.client_id))
    if sorted((it["WorkOrderId"], it["ActivityId"]) for it in listed) != links:
        raise SystemExit(f"Of {len(links)} imported activities {len(listed)} are open, or others.")


def _openings(service: Contestant) -> int:
    with psycopg.connect(service.database_url or "") as connection:
        row = connection.execute(
            "SELECT count(*) FROM event_log WHERE name = 'activity.opened.v1'"
        ).fetchone()
    return int(row[0]) if row else 0


def _file(service: Contestant, folder: Path, links: Links) -> None:
    file = folder / "links.csv"
    write_links(file, links)
    service.json("activities", "import", str(service.client_id), str(file))


def _list(service: Contestant, _: Path, links: Links) -> None:
    _post(service, [{"WorkOrderId": it, "ActivityId": id_} for it, id_ in links])


def _list_by_number(service: Contestant, _: Path, links: Links) -> None:
    # So the search was filled: it numbers its rows from 0 on.
    _post(service, [{"Number": str(it), "ActivityId": id_} for it, (_, id_) in enumerate(links)])


def _post(service: Contestant, listed: list[dict[str, object]]) -> None:
    client = str(service.client_id)
    token = service.json("tokens", "issue", "integrator", "--client", client)["Token"]
    answer = httpx.post(
        urljoin(service.url, f"/v1/Clients/{client}/Activities"),
        headers={"Authorization": f"Bearer {token}"},
        json=listed,
        timeout=_MOST_SECONDS,
    )
    if answer.status_code != httpx.codes.OK:
        raise SystemExit(f"{service.name} answered {answer.status_code}: {answer.text[:1_000]}")


WAYS: Final = {
    "file": Way(_file),
    "list": Way(_list),
    # What the load reports has another number then.
    "list_by_number": Way(_list_by_number, BEYOND_THE_LOAD),
}
