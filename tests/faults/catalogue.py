"""All the faults, and how often each strikes in the long form."""

from typing import Final

from tests.faults.cut_lines import CommitTorn, LineTorn
from tests.faults.damaged_heads import HeadDamaged
from tests.faults.ended_sessions import (
    PostgresEnded,
    SessionsTerminated,
    StandbyGone,
    TerminatedInCommit,
)
from tests.faults.fault import Fault
from tests.faults.full_disk import DiskFull
from tests.faults.held_lock import LockHeld
from tests.faults.killed_processes import (
    AllKilled,
    JournalKilled,
    StoppedWithTheLock,
    WorkerKilled,
)
from tests.faults.odd_loads import LargeBody, PoisonInTheBatch, TwoNodes
from tests.faults.set_clocks import ClockSetBack

MIXED: Final = "mixed"
MIXED_CYCLES: Final = 60

CYCLES: Final[dict[str, tuple[Fault, int]]] = {
    "worker": (WorkerKilled(), 70),
    "journal": (JournalKilled(), 40),
    "all": (AllKilled(), 40),
    "postgres": (PostgresEnded(), 40),
    "sessions": (SessionsTerminated(), 30),
    "after-commit": (TerminatedInCommit(), 30),
    "standby": (StandbyGone(), 20),
    "stopped": (StoppedWithTheLock(), 10),
    "head": (HeadDamaged(), 30),
    "cut": (LineTorn(), 30),
    "cut-commit": (CommitTorn(), 30),
    "disk": (DiskFull(), 10),
    "lock": (LockHeld(), 5),
    "clock": (ClockSetBack(), 10),
    "nodes": (TwoNodes(), 30),
    "poison": (PoisonInTheBatch(), 20),
    "large": (LargeBody(), 6),
}
