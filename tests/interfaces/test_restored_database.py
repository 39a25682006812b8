"""A database is put back from a backup while others know of more: nobody is told a mixture."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from infrastructure.database import Database
from tests.callers import Caller
from tests.databases import CopiedDatabase
from tests.interfaces.api.asking import Asking
from tests.proof import prove_whole
from tests.running import Service

WORK_ORDERS = "25"


@pytest.fixture
def copied(server_url: str) -> Generator[CopiedDatabase]:
    copied = CopiedDatabase(server_url)
    with copied.existing():
        yield copied


@contextmanager
def reading(copied: CopiedDatabase) -> Generator[Database]:
    database = Database(copied.url)
    yield database
    database.close()


@contextmanager
def served(caller: Caller, copied: CopiedDatabase) -> Generator[None]:
    """Connect the caller anew to a database that may be another one by now."""
    with reading(copied) as database:
        caller.adapters.database = database
        yield


def simulate(caller: Caller, seed: int) -> None:
    url = f"{caller.service.url}{caller.path}?" + "&".join(
        f"{name}={key}" for name, key in caller.query.items()
    )
    told = caller.service.json("simulate", url, "--work-orders", WORK_ORDERS, "--seed", str(seed))
    assert (told["Refused"], told["Failed"]) == (0, 0)


def follow(asking: Asking, after: int) -> list[int]:
    """Return the positions of all that the pages tell behind a position."""
    told: list[int] = []
    while True:
        answer = asking.get("/Events", params={"after": after})
        assert answer.status_code == 200, answer.text
        page = answer.json()
        if not page["Events"]:
            return told
        told += [item["Position"] for item in page["Events"]]
        after = page["Next"]


def opened_ids(database: Database) -> dict[int, int]:
    """Return the position at which each activity id was opened first."""
    with database.connection() as connection:
        rows = connection.execute(
            "SELECT activity_id, min(from_position) FROM activity_links GROUP BY activity_id"
        )
        return dict(rows.fetchall())


def end(database: Database) -> int:
    with database.connection() as connection:
        row = connection.execute("SELECT max(position) FROM event_log").fetchone()
    assert row is not None
    return int(row[0])


def on_record(database: Database, behind: int) -> list[int]:
    """Return the positions of all events of activities behind a position."""
    with database.connection() as connection:
        rows = connection.execute(
            "SELECT position FROM event_log WHERE position > %s"
            " AND (name LIKE 'work-order.%%' OR name LIKE 'activity.%%') ORDER BY position",
            (behind,),
        )
        return [position for (position,) in rows]


def streamed(asking: Asking, last: int) -> httpx.Response:
    """Come back to the stream as a browser does, with the id of the last message."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last)}
    return asking.get("/Events", headers=headers)


def backed_up(
    copied: CopiedDatabase, folder: Path, act: Callable[[Asking], None]
) -> tuple[Service, Asking]:
    """Back a database up after something was done; the service is stopped then."""
    site = Service(copied.url, folder)
    with site.running():
        caller = Caller(site)
        asking = Asking(caller)
        act(asking)
        asking.catch_up()
        caller.close()
    copied.back_up()
    return site, asking


def report_doors(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")


def test_after_a_restore_nothing_means_something_else(
    copied: CopiedDatabase, tmp_path: Path
) -> None:
    site, asking = backed_up(copied, tmp_path, lambda asking: simulate(asking.caller, seed=1))
    caller = asking.caller
    with reading(copied) as database:
        before = end(database)
    with site.running(), served(caller, copied):
        simulate(caller, seed=2)
        asking.catch_up()
        followed = follow(asking, before)
    with reading(copied) as database:
        last, lost_ids = end(database), opened_ids(database)
    copied.put_back()

    refused = site.command("restored", "--last-position", str(before))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"The log ends at position {before}, and {before} is not beyond it" in refused.stderr
    told = site.json("restored", "--last-position", str(last), "--reason", "the disk broke")
    assert (told["Epoch"], told["RestoredEnd"], told["FirstPosition"]) == (2, before, last + 1)

    with site.running(), served(caller, copied):
        simulate(caller, seed=3)
        asking.catch_up()
        assert_refused(asking.get("/Events", params={"after": followed[-1]}), before, last + 1)
        assert_refused(streamed(asking, followed[0]), before, last + 1)
        continued = follow(asking, before)
        gaps = site.json("gaps", str(caller.keys.client_id))["Gaps"]
        [gap] = [it for it in gaps if it["Kind"] == "restored"]
        assert (gap["From"], gap["Until"]) == (told["LastRecordedAt"], told["RestoredAt"])
        assert f"positions {before + 1}–{last}:" in gap["Message"]
        for command in (("verify", "--all"), ("rebuild", "--all", "--yes"), ("verify", "--all")):
            done = site.command("projections", *command)
            assert done.returncode == 0, done.stdout + done.stderr
        assert follow(asking, before) == continued

    with reading(copied) as database:
        assert continued == on_record(database, before)
        assert continued[0] > last
        prove_whole(database)
        new_ids = {it for it, position in opened_ids(database).items() if position > last}
    assert new_ids
    assert new_ids.isdisjoint(lost_ids)
    [listed] = site.json("restored", "--list")
    assert {name: told[name] for name in listed} == listed
    found = {finding["Name"]: finding["Value"] for finding in site.json("doctor")}
    assert found["epoch"].startswith(f"2, from position {last + 1} on")


def assert_refused(answer: httpx.Response, restored_end: int, first: int) -> None:
    assert answer.status_code == 410
    assert list(answer.json()) == ["Message"]
    assert f"between positions {restored_end} and {first}" in answer.json()["Message"]


def test_a_state_that_was_lost_is_not_taken_for_the_one_that_has_its_version(
    copied: CopiedDatabase, tmp_path: Path
) -> None:
    site, asking = backed_up(copied, tmp_path, report_doors)
    with site.running():
        asking.report(7, Trade="LOCKS")
        lost = asking.get("/WorkOrders/7")
    copied.put_back()
    site.json("restored")
    with site.running():
        asking.report(7, Trade="GATES")
        held = {"If-None-Match": lost.headers["etag"]}
        answer = asking.get("/WorkOrders/7", headers=held)
    assert answer.status_code == 200
    assert answer.json()["Version"] == lost.json()["Version"]
    assert answer.json()["State"]["Trade"] == "GATES"


def test_a_stream_that_is_open_over_a_restore_ends(copied: CopiedDatabase, tmp_path: Path) -> None:
    site, asking = backed_up(copied, tmp_path, report_doors)
    # The service is not stopped meanwhile, as it should be: what its streams tell stays right.
    with site.running("--no-project"):
        with site.beside("project") as projector, served(asking.caller, copied):
            asking.report(7, Trade="LOCKS")
            asking.catch_up()
            projector.terminate()
            projector.wait(10)
        with asking.following("/Events", params={"after": 0}) as messages:
            told = [next(messages) for _ in range(4)]
            copied.put_back()
            site.json("restored", "--last-position", "50")
            with site.beside("project"):
                rest = list(messages)
        last = int(told[-1]["id"])
        assert all("data" not in message for message in rest)
        assert_refused(streamed(asking, last), last - 1, 51)
