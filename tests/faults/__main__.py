"""`python -m tests.faults`: the long form. Its exit status says whether anything is wrong."""

import argparse
import logging
import signal
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final

from tests.faults.catalogue import CYCLES, MIXED, MIXED_CYCLES
from tests.faults.fault import Fault
from tests.faults.full_disk import DiskFull, small_disk
from tests.faults.postgres import Postgres
from tests.faults.run import Row, run_family
from tests.faults.table import as_json, as_text

_NO_MOUNT: Final = "no small file system may be mounted (root is needed)"
_SELDOM: Final = frozenset({"lock", "large", "stopped"})
"""Too slow to be drawn as often as the others in the mixed run."""


def main() -> int:
    """Run what was asked for and print the table."""
    arguments = _arguments()
    # Ctrl-C's way, so that servers are stopped and the small disk is let go of.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # What the harness's own connections go through is meant to happen.
    logging.disable(logging.WARNING)
    names = arguments.only or [*CYCLES, MIXED]
    folder = Path(mkdtemp(prefix="worktrail-faults-"))
    folder.chmod(0o755)
    rows: list[Row] = []
    with _servers(folder) as (on_disk, on_small_disk):
        for name in names:
            row = _run(name, arguments, folder, on_disk, on_small_disk)
            rows.append(row)
            told = f"{len(rows)}/{len(names)} {name}: {row.seconds} s, {row.cycles} cycles"
            sys.stderr.write("\n  ".join([told, *row.problems[:3]]) + "\n")
    sys.stdout.write((as_json(rows) if arguments.json else as_text(rows)) + "\n")
    bad = any(row.is_bad for row in rows)
    if bad:
        sys.stderr.write(f"The ledgers and the services' logs are kept in {folder}.\n")
    else:
        rmtree(folder)
    return int(bad)


def _run(
    name: str,
    arguments: argparse.Namespace,
    folder: Path,
    on_disk: Postgres,
    on_small_disk: Postgres | None,
) -> Row:
    random = Random(f"{arguments.seed} {name}")
    plan = _plan(name, arguments.cycles, random, has_small_disk=on_small_disk is not None)
    fills = any(isinstance(fault, DiskFull) for fault in plan)
    if fills and on_small_disk is None:
        return Row(plan[0].name, not_run=_NO_MOUNT)
    own = folder / f"run-{name}"
    own.mkdir()
    server = on_small_disk if fills and on_small_disk is not None else on_disk
    title = MIXED if name == MIXED else plan[0].name
    return run_family(title, plan, server, own, random)


def _plan(name: str, cycles: int | None, random: Random, *, has_small_disk: bool) -> list[Fault]:
    if name != MIXED:
        fault, usual = CYCLES[name]
        return [fault] * (cycles or usual)
    often = [it for it in CYCLES if it not in _SELDOM and (it != "disk" or has_small_disk)]
    drawn = [random.choice(often) for _ in range((cycles or MIXED_CYCLES) - 1)]
    return [CYCLES[it][0] for it in [*drawn, random.choice(sorted(_SELDOM))]]


@contextmanager
def _servers(folder: Path) -> Generator[tuple[Postgres, Postgres | None]]:
    with ExitStack() as stack:
        on_disk = stack.enter_context(Postgres(folder / "postgres"))
        small = folder / "small"
        small.mkdir()
        if not stack.enter_context(small_disk(small)):
            yield on_disk, None
            return
        yield on_disk, stack.enter_context(Postgres(small / "postgres"))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--cycles", type=int, help="of each fault, instead of the usual number")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=lambda text: text.split(","), help=", ".join(CYCLES))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    unknown = set(arguments.only or []) - {*CYCLES, MIXED}
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
