"""A program that follows the change feed while everything around it is cut, killed and rebuilt."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from infrastructure.database import Database
from tests.callers import Caller
from tests.interfaces.api.asking import Asking, messages
from tests.running import Service
from tests.waiting import until

LEADERS = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 7303 AND granted
    AND objid = 'event_log'::regclass::oid
"""


@pytest.fixture
def site(schema_url: str, tmp_path: Path) -> Service:
    return Service(schema_url, tmp_path)


class Follower:
    """Follows from the beginning, and keeps every item with the time at which it came."""

    def __init__(self, asking: Asking, line_seconds: float) -> None:
        self._asking = asking
        self._line_seconds = line_seconds
        self._last: str | None = None
        self.items: list[dict[str, Any]] = []
        self.lines = 0

    def run(self, stopping: Event) -> None:
        """Follow until told to stop, on a line that is cut again and again."""
        while not stopping.is_set():
            try:
                self._follow(stopping)
            except httpx.TransportError:
                continue

    def _follow(self, stopping: Event) -> None:
        headers = {**self._asking.headers, "Accept": "text/event-stream"}
        if self._last is not None:
            headers["Last-Event-ID"] = self._last
        cut_at = time.monotonic() + self._line_seconds
        url = f"{self._asking.root}/Events"
        with httpx.stream("GET", url, headers=headers, timeout=self._line_seconds) as answer:
            self.lines += 1
            for message in messages(answer.iter_lines()):
                self._last = message["id"]
                if "data" in message:
                    self.items.append(json.loads(message["data"]))
                if time.monotonic() > cut_at or stopping.is_set():
                    return


def test_a_follower_that_is_cut_every_second_misses_nothing_and_is_told_nothing_twice(
    site: Service, database: Database
) -> None:
    stopping = Event()
    with site.beside("project") as leader, ThreadPoolExecutor() as pool:
        until(lambda: leaders(database), seconds=20)
        with site.running("--workers", "2"):
            caller = Caller(site)
            follower = Follower(Asking(caller), line_seconds=1.0)
            following = pool.submit(follower.run, stopping)
            address = f"{site.url}{caller.path}?accessKey={caller.keys.access_key}"
            address += f"&signingKey={caller.keys.signing_key}"
            simulated = pool.submit(
                site.json, "simulate", address, "--work-orders", "150", "--seed", "7"
            )
            try:
                until(lambda: follower.items, seconds=60)
                assert leader.poll() is None
                leader.kill()
                rebuild(site)
                end_leaders(database)
                rebuild(site)
                sent = simulated.result()
                on_record = events_on_record(caller)
                until(lambda: len(follower.items) >= len(on_record), seconds=60)
            finally:
                stopping.set()
            following.result(timeout=20)
            caller.close()
    assert sent["Failed"] == 0
    assert [item["Position"] for item in follower.items] == on_record
    assert follower.lines > 2


def rebuild(site: Service) -> None:
    rebuilt = site.command("projections", "rebuild", "timeline", "--yes")
    assert rebuilt.returncode == 0, rebuilt.stderr


def leaders(database: Database) -> list[int]:
    """Return the sessions that lead: one, or none for a moment."""
    with database.connection() as connection:
        return [pid for (pid,) in connection.execute(LEADERS)]


def end_leaders(database: Database) -> None:
    """End the session of whoever leads, once somebody does."""
    until(lambda: leaders(database), seconds=30)
    with database.connection() as connection:
        for pid in leaders(database):
            connection.execute("SELECT pg_terminate_backend(%s)", (pid,))


def test_a_service_stops_in_order_whoever_follows(site: Service) -> None:
    with site.running():
        caller = Caller(site)
        asking = Asking(caller)
        with asking.following() as told:
            next(told)
            assert site.stop() == 0
            with pytest.raises(httpx.TransportError):
                list(told)
        caller.close()
    assert "Exception" not in site.log.read_text()
    assert "exceeded" not in site.log.read_text()


def events_on_record(caller: Caller) -> list[int]:
    """Return the positions of all events of the client's activities."""
    with caller.adapters.database.connection() as connection:
        rows = connection.execute(
            "SELECT position FROM event_log WHERE client_id = %s"
            " AND (name LIKE 'work-order.%%' OR name LIKE 'activity.%%') ORDER BY position",
            (caller.keys.client_id,),
        ).fetchall()
    return [position for (position,) in rows]
