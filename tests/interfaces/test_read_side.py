"""The read side while deliveries come at full speed: rebuilt, its leaders killed, always whole."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from infrastructure.database import Database
from tests.callers import Caller
from tests.interfaces.api.asking import Asking
from tests.interfaces.follower import Follower
from tests.interfaces.prober import Prober
from tests.running import Service
from tests.waiting import until

LEADERS = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 7303 AND granted
    AND objid = 'event_log'::regclass::oid
"""
FIRST_SEED = 7


@pytest.fixture
def site(schema_url: str, tmp_path: Path) -> Service:
    return Service(schema_url, tmp_path)


def test_rebuilt_and_led_by_others_meanwhile_the_read_side_is_whole(
    site: Service, database: Database
) -> None:
    sent: list[dict[str, Any]] = []
    # One after the other, so that it is known which of the two leads and is to be killed.
    with site.beside("project") as first:
        until(lambda: leaders(database), seconds=20)
        with site.running("--workers", "2", "--no-project"), site.beside("project") as second:
            caller = Caller(site)
            asking = Asking(caller)
            prober, follower = Prober(asking, 30), Follower(asking, line_seconds=1.0)
            asking.catch_up()
            with meanwhile(prober.run, follower.run), ExitStack() as playing:
                playing.enter_context(meanwhile(partial(simulate, caller, sent)))
                rebuild(site)
                first.kill()
                rebuild(site)
                with site.beside("project"):
                    second.kill()
                    rebuild(site)
                    end_leaders(database)
                    playing.close()
                    on_record = events_on_record(caller)
                    until(lambda: len(follower.items) >= len(on_record), seconds=60)
                    asking.catch_up()
                    verdicts = site.json("projections", "verify", "--all")
            caller.close()
    assert sum(play["Failed"] + play["Refused"] for play in sent) == 0
    assert all(verdict["Equal"] and not verdict["Parked"] for verdict in verdicts)
    assert (follower.positions, follower.lines > 2) == (on_record, True)
    assert (prober.wrong, prober.walks > 2) == ([], True)


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


@contextmanager
def meanwhile(*works: Callable[[Event], None]) -> Generator[None]:
    """Have this done for the length of a block; the event says when to end."""
    stopping = Event()
    with ThreadPoolExecutor(len(works)) as pool:
        working = [pool.submit(work, stopping) for work in works]
        try:
            yield
        finally:
            stopping.set()
        for work in working:
            work.result(timeout=60)


def simulate(caller: Caller, sent: list[dict[str, Any]], stopping: Event) -> None:
    """Play one life after the other at full speed."""
    address = f"{caller.service.url}{caller.path}?accessKey={caller.keys.access_key}"
    address += f"&signingKey={caller.keys.signing_key}"
    for seed in count(FIRST_SEED):
        if stopping.is_set():
            return
        sent.append(
            caller.service.json("simulate", address, "--work-orders", "100", "--seed", str(seed))
        )


def rebuild(site: Service) -> None:
    rebuilt = site.command("projections", "rebuild", "--all", "--yes")
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


def events_on_record(caller: Caller) -> list[int]:
    """Return the positions of all events of the client's activities."""
    with caller.adapters.database.connection() as connection:
        rows = connection.execute(
            "SELECT position FROM event_log WHERE client_id = %s"
            " AND (name LIKE 'work-order.%%' OR name LIKE 'activity.%%') ORDER BY position",
            (caller.keys.client_id,),
        ).fetchall()
    return [position for (position,) in rows]
