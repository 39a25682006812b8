"""The short form: a little of everything that kills, on one log, and nothing lost or doubled."""

from pathlib import Path
from random import Random

from tests.faults.catalogue import CYCLES
from tests.faults.postgres import Postgres
from tests.faults.run import run_family

# Ten cycles that kill, and between them faults that do not take long.
PLAN = (
    "worker", "head", "postgres", "cut", "sessions", "nodes", "after-commit", "all", "cut-commit",
    "journal", "clock", "postgres", "poison", "after-commit", "sessions", "all",
)  # fmt: skip


def test_nothing_acknowledged_is_lost_or_doubled_by_ten_kills_and_other_faults(
    folder: Path,
) -> None:
    plan = [CYCLES[name][0] for name in PLAN]
    with Postgres(folder / "postgres") as postgres:
        row = run_family("short form", plan, postgres, folder, Random(4))
    assert row.problems == ()
    assert (row.cycles, row.kills) == (16, 10)
    assert row.acknowledged > 100
    assert row.aside > 0
    assert (row.lost, row.doubled) == (0, 0)
