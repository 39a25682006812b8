"""Running a family of faults: many cycles on one log, and one check at the end."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults.fault import Fault
from tests.faults.postgres import Postgres
from tests.faults.site import Site, site_on


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    fault: str
    cycles: int = 0
    kills: int = 0
    sent: int = 0
    acknowledged: int = 0
    aside: int = 0
    repeated: int = 0
    lost: int = 0
    doubled: int = 0
    follower_breaks: int = 0
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    not_run: str | None = None

    @property
    def is_bad(self) -> bool:
        """Whether anything was lost, doubled or otherwise wrong."""
        return bool(self.lost or self.doubled or self.problems)


def run_family(
    name: str, plan: Sequence[Fault], postgres: Postgres, folder: Path, random: Random
) -> Row:
    """Strike with each fault of the plan, in turn, and return what was found afterwards."""
    begun = time.monotonic()
    struck: list[Fault] = []
    with site_on(postgres, folder) as site:
        troubles = _strike_all(site, plan, random, struck)
        found = site.findings()
        if found.lost or found.doubled or found.problems or troubles:
            site.senders.ledger.write(folder / "ledger.jsonl")
        return Row(
            name,
            cycles=len(struck),
            kills=sum(fault.kills for fault in struck),
            sent=found.sent,
            acknowledged=found.acknowledged,
            aside=found.aside,
            repeated=found.repeated,
            lost=found.lost,
            doubled=found.doubled,
            follower_breaks=site.follower.breaks,
            seconds=round(time.monotonic() - begun, 1),
            problems=(*troubles, *found.problems),
        )


def _strike_all(
    site: Site, plan: Sequence[Fault], random: Random, struck: list[Fault]
) -> list[str]:
    fault: Fault | None = None
    try:
        site.flows()
        for fault in plan:
            site.pause(random.random() * 0.3)
            fault.strike(site, random)
            site.flows()
            struck.append(fault)
    except Exception as error:  # noqa: BLE001 - told in the table, and what was written is checked
        where = "at the start" if fault is None else f"in cycle {len(struck) + 1}, {fault.name}"
        site.restore()
        return [f"{where}: {error!r}"]
    return []
