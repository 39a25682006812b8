"""The days after: down for an hour, then restored from a backup, and everything is known again.

Two senders report; while the service is down they give up what they cannot deliver, and of what is
lost with a disk they deliver nothing again. What they say when they are asked brings every work
order to the state in which its sender has it. All that is imported and restored is killed on the
way, and given again.
"""

import json
import logging
import operator
import os
import random
import signal
from collections import Counter
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.activity import ActivityOpened
from domain.document import encode
from domain.open_then import is_closed
from domain.reconciliation import WorkOrderReconciled
from tests.callers import Caller
from tests.clocks import PROGRAM, Clocks
from tests.databases import CopiedDatabase
from tests.interfaces.api.asking import Asking
from tests.interfaces.killed import RESTORING, WRITING, done_in_spite
from tests.interfaces.simulator.truth import told_of
from tests.interfaces.two_senders import LINKS, SEEDS, WORK_ORDERS, State, States, TwoSenders, links
from tests.proof import deliveries_on_record, prove_whole
from tests.running import Service
from tests.waiting import until

_log = logging.getLogger(__name__)

ACTIVITIES = links()
_HOUR = timedelta(hours=1)
_PLAYED_BEFORE = 300
_MOST_SECONDS = 240
_SEED = int(os.environ.get("WORKTRAIL_TEST_SEED") or random.randrange(1_000_000))
"""Where everything is killed; the log of a run that failed has it."""


@pytest.fixture
def copied(server_url: str) -> Generator[CopiedDatabase]:
    copied = CopiedDatabase(server_url)
    with copied.existing():
        yield copied


def test_what_an_outage_and_a_lost_disk_took_is_made_good_with_what_the_senders_say(
    copied: CopiedDatabase, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The service is down for an hour of its own time and for more than one of each sender's.

    The senders' clocks run fast: they lose an hour and more within a second, and are held up then
    until the service is back. Its clock and its database's are an hour late until the outage, so
    that it finds itself gone for an hour. What is on record of that is all that `gaps` knows. The
    database is backed up while it is down, and put back when all that was lost is known again.
    """
    caplog.set_level("INFO", "tests")
    _log.info("WORKTRAIL_TEST_SEED=%d", _SEED)
    draw = random.Random(_SEED)
    clocks = Clocks(copied.schema_url, tmp_path)
    clocks.set(-_HOUR)
    service = Service(clocks.url, tmp_path, PROGRAM)
    service.environment |= clocks.environment
    with ExitStack() as plays:
        with service.running():
            caller = Caller(service, "on-request")
            asking = Asking(caller)
            senders = TwoSenders(service, caller, tmp_path)
            playing = [plays.enter_context(senders.playing(sender)) for sender in SEEDS]
            until(lambda: min(senders.acknowledged()) > 0, seconds=30)
            _link(service, caller, draw)
            until(lambda: min(senders.acknowledged()) >= _PLAYED_BEFORE, seconds=120)
        senders.lose()
        for play in playing:
            play.send_signal(signal.SIGSTOP)
        caller.close()
        copied.back_up()
        clocks.set(timedelta())
        caller.connect()
        with service.running():
            for play in playing:
                play.send_signal(signal.SIGCONT)
            before = senders.acknowledged()
            _import(service, caller, senders, "default", places(draw))
            assert min(map(operator.gt, senders.acknowledged(), before))
            assert [play.wait(_MOST_SECONDS) for play in playing] == [1, 1]
            _catch_up(service)
            _assert_gap_is_told(service, caller, senders)
            _make_good(service, asking, senders, ["provider"])
            _assert_whole(caller, senders)
            last = asking.get("/Events?after=latest").headers["worktrail-position"]
    caller.close()
    copied.put_back()
    clocks.set(timedelta())
    caller.connect()
    _restore(service, last, draw)
    with service.running():
        kinds = {gap["Kind"] for gap in service.json("gaps", str(caller.keys.client_id))["Gaps"]}
        assert "restored" in kinds
        _import(service, caller, senders, "provider", places(draw))
        _make_good(service, asking, senders, ["default"])
        _catch_up(service)
        assert all(it["Equal"] for it in service.json("projections", "verify", "--all"))
    _assert_imported_once(caller)
    caller.close()


def places(draw: random.Random) -> list[int]:
    """Return two calls of an import's writing, the first of which is always reached."""
    return [draw.randrange(1, 20_000), int(10 ** draw.uniform(3, 6))]


def _link(service: Service, caller: Caller, draw: random.Random) -> None:
    """Link all activities, while webhooks arrive and the command is killed over and over."""
    file = service.folder / "links.csv"
    rows = [f"{work_order_id},{activity_id}" for work_order_id, activity_id in ACTIVITIES.items()]
    file.write_text("\n".join(["WorkOrderId,ActivityId", *rows, ""]), encoding="utf-8")
    arguments = ("activities", "import", str(caller.keys.client_id), str(file))
    told = done_in_spite(service, WRITING, places(draw), *arguments, program="tests.clocks")
    assert told["Opened"] + told["OpenAlready"] == LINKS


def _import(
    service: Service, caller: Caller, senders: TwoSenders, sender: str, killed_at: list[int]
) -> None:
    """Import what a sender says, killed over and over."""
    arguments = (
        *("reports", "import", str(caller.keys.client_id), senders.truth_file(sender)),
        *("--sender", sender),
    )
    told = done_in_spite(service, WRITING, killed_at, *arguments, program="tests.clocks")
    assert told["WorkOrders"] == WORK_ORDERS


def _restore(service: Service, last: str, draw: random.Random) -> None:
    arguments = ("restored", "--last-position", last)
    killed_at = [draw.randrange(2, 100), draw.randrange(2, 1_000)]
    told = done_in_spite(service, RESTORING, killed_at, *arguments, program="tests.clocks")
    assert told["FirstPosition"] == int(last) + 1
    assert len(service.json("restored", "--list")) == 1


def _assert_gap_is_told(service: Service, caller: Caller, senders: TwoSenders) -> None:
    """What the senders lost is to be fetched again, as far as that can be known.

    It cannot be known of work orders that were created meanwhile, unless an activity waited for
    them: they are asked for by their date. Of those that had been closed nothing is expected.
    """
    found = service.json("gaps", str(caller.keys.client_id))
    [down] = [gap for gap in found["Gaps"] if gap["Kind"] == "down"]
    begin, end = (datetime.fromisoformat(down[name]) for name in ("From", "Until"))
    assert (down["IsOver"], down["LikelyRedelivered"]) == (True, False)
    assert _HOUR < end - begin < 2 * _HOUR
    again = set(found["FetchAgain"])
    for sender in SEEDS:
        lost = senders.lost(sender)
        assert lost.lasted > _HOUR
        known = {it for it in lost.work_orders if it in lost.before or it in ACTIVITIES}
        assert lost.work_orders - known
        assert known & again
        assert all(_is_closed(caller, number, end) for number in known - again)


def _is_closed(caller: Caller, work_order_id: int, moment: datetime) -> bool:
    status = caller.history(work_order_id, moment).work_order.facts.get(("Status",))
    told = None if status is None else status.value
    return isinstance(told, dict) and is_closed(told.get("Primary"))


def _make_good(service: Service, asking: Asking, senders: TwoSenders, missing: list[str]) -> None:
    """Import what these senders say, and find every work order as its sender has it."""
    true = senders.truth()
    assert _states(asking, true) != true
    for sender in missing:
        client = str(asking.caller.keys.client_id)
        arguments = (client, senders.truth_file(sender), "--sender", sender)
        shown = service.json("reports", "import", *arguments, "--dry-run")
        told = service.json("reports", "import", *arguments)
        assert shown["ToRecord"] == told["Recorded"] > 0
        assert told["WorkOrders"] == WORK_ORDERS
        assert service.json("reports", "import", *arguments)["Recorded"] == 0
    assert _states(asking, true) == true


def _states(asking: Asking, work_orders: Iterable[int]) -> States:
    """Return what is answered of work orders: under its activity's id where one has any."""
    with httpx.Client(headers=asking.headers, timeout=20) as client:
        return {number: _state(client, asking.root, number) for number in work_orders}


def _state(client: httpx.Client, root: str, work_order_id: int) -> State:
    activity_id = ACTIVITIES.get(work_order_id)
    name = f"WorkOrders/{work_order_id}" if activity_id is None else f"Activities/{activity_id}"
    answer = client.get(f"{root}/{name}")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return {}
    told = answer.json()
    assert (told["WorkOrderId"], told["ActivityId"]) == (work_order_id, activity_id)
    _, state = told_of(encode({**told["State"], "Id": work_order_id}))
    return state


def _assert_whole(caller: Caller, senders: TwoSenders) -> None:
    """Every delivery that was acknowledged is on record, and no import is on record twice."""
    recorded = deliveries_on_record(_assert_imported_once(caller))
    for sender in SEEDS:
        told = map(json.loads, senders.ledger(sender).read_bytes().splitlines())
        of_work_orders = {it["Digest"] for it in told if it["WorkOrderId"] is not None}
        assert all(recorded[digest, False] for digest in of_work_orders)


def _assert_imported_once(caller: Caller) -> Any:
    events = prove_whole(caller.adapters.database)
    opened = [it.event.activity_id for it in events if isinstance(it.event, ActivityOpened)]
    assert sorted(opened) == sorted(ACTIVITIES.values())
    imported = Counter(
        (it.originator_id, it.event.digest)
        for it in events
        if isinstance(it.event, WorkOrderReconciled)
    )
    assert set(imported.values()) == {1}
    return events


def _catch_up(service: Service) -> None:
    until(lambda: all(it["LagEvents"] == 0 for it in service.json("projections", "list")), 60)
