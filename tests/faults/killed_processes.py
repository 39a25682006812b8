"""The service's processes are killed, or stopped at the worst moment."""

import os
import signal
from random import Random

from infrastructure.event_log import EventLog
from tests.faults.postgres import OTHER_NODE
from tests.faults.site import WORKERS, Site
from tests.waiting import until

_LOCKS = f"""
    SELECT granted, state FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid = 7301 AND usename = '{OTHER_NODE}'
"""


class WorkerKilled:
    """kill -9 of one of the workers, of which one stands by."""

    name, kills = "kill -9 of a worker", True

    def strike(self, site: Site, random: Random) -> None:
        """Kill one, and wait until its parent has started another."""
        until(lambda: len(site.workers()) == WORKERS, 30)
        victim = random.choice(site.workers())
        os.kill(victim, signal.SIGKILL)
        until(lambda: victim not in site.workers(), 10)
        until(lambda: len(site.workers()) == WORKERS, 30)


class AllKilled:
    """kill -9 of all workers, with or without their parents."""

    name, kills = "kill -9 of all workers", True

    def strike(self, site: Site, random: Random) -> None:
        """Kill every process of both nodes, or the other node and the first one's workers."""
        if random.random() < 0.5:
            site.kill_nodes()
        else:
            for worker in site.workers():
                os.kill(worker, signal.SIGKILL)
            assert site.other.process is not None
            site.other.stop(signal.SIGKILL)
        site.start_nodes()
        until(lambda: len(site.workers()) == WORKERS, 30)


class JournalKilled:
    """kill -9 of the process that writes for a node's workers."""

    name, kills = "kill -9 of a journal", True

    def strike(self, site: Site, random: Random) -> None:
        """Kill one node's, and wait until the node has started another."""
        until(lambda: len(site.journals()) == 2, 30)
        node, victim = random.choice(sorted(site.journals().items()))
        os.kill(victim, signal.SIGKILL)
        until(lambda: site.journals().get(node) not in {None, victim}, 30)


class StoppedWithTheLock:
    """SIGSTOP of a node while it holds the log's lock; the database frees it after 5 s.

    Its journal may wait for the lock, and so may its worker, that sets something aside.
    """

    name, kills = "SIGSTOP with the lock", False

    def strike(self, site: Site, random: Random) -> None:
        """Stop the other node while a session of its waits, and give that the lock."""
        assert site.other.process is not None
        node = site.other.process.pid
        with EventLog(site.database).locked():
            until(lambda: any(not granted for granted, _ in self._locks(site)), 10)
            os.killpg(node, signal.SIGSTOP)
        try:
            until(lambda: (True, "idle in transaction") in self._locks(site), 5)
            until(lambda: self._locks(site) == [], 20)
            before = site.senders.ledger.acknowledged_by["first"]
            until(lambda: site.senders.ledger.acknowledged_by["first"] > before + 5, 15)
            site.pause(random.random())
        finally:
            os.killpg(node, signal.SIGCONT)
        site.other.wait_until_ready()

    def _locks(self, site: Site) -> list[tuple[object, ...]]:
        return site.postgres.ask(_LOCKS)
