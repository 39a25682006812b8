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

from application.journal_writer import JournalWriter
from infrastructure.database import Database
from tests.application.conftest import stopping, writer
from tests.callers import Caller
from tests.grown_log import grow
from tests.interfaces.api.asking import Asking
from tests.interfaces.follower import Follower
from tests.interfaces.prober import Prober
from tests.interfaces.told_rebuild import told_rebuild
from tests.processes import ROOM_FOR_ALL
from tests.running import Service
from tests.waiting import until

__all__ = ["stopping", "writer"]

LEADERS = """
    SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 7303 AND granted
    AND objid = 'event_log'::regclass::oid
"""
FIRST_SEED = 7
REPORTS = 12_000


@pytest.fixture
def site(schema_url: str, tmp_path: Path) -> Service:
    return Service(schema_url, tmp_path, ROOM_FOR_ALL)


def test_rebuilt_and_led_by_others_meanwhile_the_read_side_is_whole(
    site: Service, database: Database, writer: JournalWriter
) -> None:
    grow(writer, REPORTS)
    sent: list[dict[str, Any]] = []
    # One after the other, so that it is known which of the two leads and is to be killed.
    with site.beside("project") as first:
        led_by = another_leads(database, than=[])
        with site.running("--workers", "2", "--no-project"), site.beside("project") as second:
            caller = Caller(site)
            asking = Asking(caller)
            prober, follower = Prober(asking, 30), Follower(asking, line_seconds=1.0)
            asking.catch_up()
            with meanwhile(prober.run, follower.run), ExitStack() as playing:
                playing.enter_context(meanwhile(partial(simulate, caller, sent)))
                rebuild(site, first.kill)
                led_by = another_leads(database, than=led_by)
                with site.beside("project"):
                    rebuild(site, second.kill)
                    led_by = another_leads(database, than=led_by)
                    rebuild(site)
                    end(database, led_by)
                    another_leads(database, than=led_by)
                    playing.close()
                    on_record = events_on_record(caller)
                    until(lambda: len(follower.items) >= len(on_record), seconds=60)
                    asking.catch_up()
                    verdicts = site.json("projections", "verify", "--all")
            caller.close()
    assert sum(play["Failed"] + play["Refused"] for play in sent) == 0
    assert all(verdict["Equal"] and not verdict["Parked"] for verdict in verdicts)
    assert follower.positions == on_record
    # It is cut off after a second, and waits for another one where nothing comes.
    assert follower.lines >= follower.seconds // 2
    assert (prober.wrong, prober.walks > follower.seconds) == ([], True)


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


def rebuild(site: Service, while_it_fills: Callable[[], object] | None = None) -> None:
    """Rebuild everything, and have something done while the read models are being filled."""
    with told_rebuild(site, "--all") as rebuild:
        if while_it_fills is not None:
            rebuild.wait_for("filling")
            with rebuild.held():
                while_it_fills()
                assert rebuild.phases == ["filling"]
        assert rebuild.end() == 0
    assert rebuild.phases[-1] == "done"


def leaders(database: Database) -> list[int]:
    """Return the sessions that lead: one, or none for a moment."""
    with database.connection() as connection:
        return [pid for (pid,) in connection.execute(LEADERS)]


def another_leads(database: Database, than: list[int]) -> list[int]:
    """Wait until another session leads than the given one, and return it."""
    until(lambda: leaders(database) not in ([], than), seconds=30)
    return leaders(database)


def end(database: Database, sessions: list[int]) -> None:
    """End sessions, as an administrator would."""
    with database.connection() as connection:
        for pid in sessions:
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
