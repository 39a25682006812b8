"""`python -m tests.bench`: measures, and prints one JSON object."""

import argparse
import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench import webhook
from tests.bench.figures import GROUPS
from tests.bench.machine import machine
from tests.bench.plan import FIGURES, READING, Plan, plan
from tests.bench.postgres import server
from tests.bench.progress import say
from tests.bench.read_side import READ_GROUPS
from tests.bench.site import Figures, Site
from tests.bench.targets import missed
from tests.bench.wrk import CONNECTIONS, require_wrk

_BYTES_PER_FILLED_EVENT: Final = 3_000
_OTHER_BYTES: Final = 8_000_000_000


def main() -> None:
    """Measure what was asked for."""
    given = _arguments()
    require_wrk()
    # The end of a terminal or of a job puts everything away just as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    chosen = plan(given.only, given.seconds, given.rounds, long=given.long)
    try:
        report, broken = measured(chosen, given.folder)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    end(broken)


def end(broken: Sequence[str]) -> None:
    """End the program with a code of its own where a promise was not kept."""
    if broken:
        raise SystemExit(f"Not kept: {' '.join(broken)}")


def measured(chosen: Plan, parent: Path | None) -> tuple[dict[str, object], list[str]]:
    """Return the report of one run, and which promises were not kept.

    Its files lie in a folder of their own meanwhile.
    """
    with TemporaryDirectory(prefix="worktrail-bench-", dir=parent) as name:
        folder = Path(name)
        _require_room(folder, chosen)
        with server(folder) as server_url:
            measured_on = machine(server_url)
            site = Site(server_url, folder, chosen, list(_busy()))
            ingest: Figures = {}
            read: Figures = {}
            for figure in chosen.figures:
                if figure in READING:
                    read |= READ_GROUPS[figure](site)
                else:
                    ingest |= GROUPS[figure](site)
            told = {"ingest": ingest, "rebuild": read}
            report: dict[str, object] = {
                **{name: figures for name, figures in told.items() if figures},
                "conditions": _conditions(chosen),
                "missed": list(missed(ingest)),
                "remarks": site.remarks,
                "broken": site.broken,
                "machine": measured_on,
            }
            return report, site.broken


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", type=_names, default=(), help=f"of {','.join(FIGURES)}")
    parser.add_argument("--seconds", type=_positive, default=10, help="of one round of load")
    parser.add_argument("--rounds", type=_positive, default=3, help="of each contestant")
    parser.add_argument("--long", action="store_true", help="ten minutes and millions of events")
    parser.add_argument("--folder", type=Path, help="on the disk to be measured")
    return parser.parse_args()


def _names(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = set(names) - set(FIGURES)
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("a whole number from 1 on is due")
    return int(text)


def _require_room(folder: Path, chosen: Plan) -> None:
    if os.environ.get("WORKTRAIL_TEST_DATABASE_URL"):
        return
    needed = _OTHER_BYTES
    if {"full", "memory"} & set(chosen.figures):
        needed += chosen.filled_events * _BYTES_PER_FILLED_EVENT
    if shutil.disk_usage(folder).free < needed:
        raise SystemExit(f"This takes {needed // 1_000_000_000} GB of disk: give it a --folder.")
    say(f"Measuring {', '.join(chosen.figures)}.")


def _busy() -> Iterator[str]:
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors / 2:
        yield f"the machine was busy when this began: load {load:.1f}, {processors} processors"


def _conditions(chosen: Plan) -> dict[str, object]:
    return {
        "rounds": chosen.rounds,
        "round_seconds": chosen.round_seconds,
        "before_each_round": "nobody at work for 2 s, then a checkpoint",
        "connections": CONNECTIONS,
        "work_orders": webhook.WORK_ORDERS,
        "body_bytes": len(webhook.template()),
    }


if __name__ == "__main__":
    main()
