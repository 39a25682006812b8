"""What the faults strike: two nodes on one log, deliveries arriving all the while, a follower."""

import os
import signal
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from psycopg.conninfo import make_conninfo

from infrastructure.database import Database
from infrastructure.migrations import migrate
from tests.callers import Caller
from tests.clocks import CLOCK_FILE, PROGRAM
from tests.faults.checker import Findings, check
from tests.faults.follower import Follower
from tests.faults.generator import Generator as Senders
from tests.faults.postgres import OTHER_NODE, Postgres
from tests.processes import journal_of, program_on, running_workers_of
from tests.running import Service
from tests.waiting import until
from tests.wire import Wire

WORKERS = 3
"""Of the first node, on so many processors that one of them stands by."""

_FLOW_SECONDS = 45.0


class Site:
    """Node `first` has several workers; node `other` one, a cuttable line and its own clock."""

    def __init__(self, postgres: Postgres, schema: str, wire: Wire, folder: Path) -> None:
        self.postgres, self.schema, self.wire, self.folder = postgres, schema, wire, folder
        url = postgres.url_of(schema)
        self.clock_file = folder / "clock"
        self.clock_file.write_text("0")
        self.first = Service(url, folder, program_on(WORKERS))
        self.other = Service(make_conninfo(wire.url, user=OTHER_NODE), folder, PROGRAM)
        self.other.environment[CLOCK_FILE] = str(self.clock_file)
        for node in (self.first, self.other):
            node.environment["WORKTRAIL_MAX_BODY_BYTES"] = str(20 * 1024 * 1024)
        self.caller = Caller(self.first)
        self.database: Database = self.caller.adapters.database
        ports = {"first": self.first.port, "other": self.other.port}
        self.senders = Senders(ports, self.caller.path, self.caller.query, 1)
        self.follower = Follower(url)

    @property
    def acknowledged(self) -> int:
        """How many sendings were answered 200 so far."""
        return sum(self.senders.ledger.acknowledged_by.values())

    def start_nodes(self) -> None:
        """Start the nodes that do not run, both at once."""
        starts = {self.first: ["--workers", str(WORKERS)], self.other: []}
        with ThreadPoolExecutor() as pool:
            begun = [
                pool.submit(node.start, *arguments)
                for node, arguments in starts.items()
                if node.process is None or node.process.poll() is not None
            ]
        for start in begun:
            start.result()

    def kill_nodes(self) -> None:
        """Kill every process of the service with -9."""
        for node in (self.first, self.other):
            node.kill()

    def workers(self) -> list[int]:
        """Return the process ids of the first node's workers."""
        if self.first.process is None or self.first.process.poll() is not None:
            return []
        return running_workers_of(self.first.process.pid)

    def journals(self) -> dict[str, int]:
        """Return the process ids of those that write for a node, by its name."""
        found = {}
        for name, node in {"first": self.first, "other": self.other}.items():
            journal = journal_of(node.process.pid) if node.process is not None else None
            if journal is not None:
                found[name] = journal
        return found

    def flows(self, deliveries: int = 8) -> None:
        """Wait until every node has acknowledged so many more."""
        by = self.senders.ledger.acknowledged_by
        before = {"first": by["first"], "other": by["other"]}
        until(lambda: all(by[n] >= was + deliveries for n, was in before.items()), _FLOW_SECONDS)

    def pause(self, seconds: float) -> None:
        """Let the deliveries go on, so that faults strike at any moment of a batch."""
        Event().wait(seconds)

    def restore(self) -> None:
        """Bring back whatever a fault that failed has left behind."""
        for node in (self.first, self.other):
            if node.process is not None:
                with suppress(ProcessLookupError):
                    os.killpg(node.process.pid, signal.SIGCONT)
        self.wire.mend()
        self.postgres.bring_back()
        self.start_nodes()

    def findings(self) -> Findings:
        """Let the senders finish and the follower come to the end, and check everything."""
        stuck = self.senders.stop()
        with suppress(AssertionError):
            until(lambda: self.follower.position == self._end(), 20)
        self.other.stop()
        self.first.stop()
        with suppress(AssertionError):
            until(lambda: self.follower.position == self._end(), 20)
        self.follower.stop()
        deliveries = self.senders.ledger.deliveries
        client_id = self.caller.keys.client_id
        found = check(deliveries, self.follower.seen, self.database, client_id)
        if stuck:
            found.problems.append(f"{stuck} senders were never answered after the last fault")
        if self.follower.error is not None:
            found.problems.append(f"the follower failed: {self.follower.error!r}")
        return found

    def _end(self) -> int:
        with self.database.connection() as connection:
            row = connection.execute("SELECT max(position) FROM event_log").fetchone()
        return int(row[0]) if row else 0


@contextmanager
def site_on(postgres: Postgres, folder: Path) -> Generator[Site]:
    """Lend a site on a log of its own, with deliveries arriving."""
    with postgres.schema() as schema:
        database = Database(postgres.url_of(schema))
        migrate(database)
        database.close()
        with Wire(postgres.url_of(schema)).forwarding() as wire:
            site = Site(postgres, schema, wire, folder)
            try:
                site.start_nodes()
                site.follower.start()
                site.senders.start()
                yield site
            finally:
                site.kill_nodes()
                site.follower.stop()
                site.caller.close()
                postgres.bring_back()
