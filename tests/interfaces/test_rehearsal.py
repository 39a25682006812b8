"""The days after: down for an hour, then restored from a backup, and everything is known again.

The subscriber's account and a provider's report the same work orders; while the service is down
they give up what they cannot deliver, and of what is lost with a disk they deliver nothing again.
What they say when they are asked brings every work order to the state in which they have it. All
that is imported and restored is killed on the way, and given again.
"""

import logging
import os
import random
from collections import Counter
from collections.abc import Generator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.activity import ActivityOpened, WorkOrderReported
from domain.open_then import is_closed
from domain.reconciliation import WorkOrderReconciled
from domain.record import RecordedEvent
from interfaces.simulator.accounts import Account
from tests.callers import Caller
from tests.clocks import PROGRAM, Clocks
from tests.databases import CopiedDatabase
from tests.interfaces.account_words import Heard, words
from tests.interfaces.api.asking import Asking
from tests.interfaces.cut_off import cut_off
from tests.interfaces.held_play import HeldPlay
from tests.interfaces.killed import RESTORING, WRITING, done_in_spite
from tests.interfaces.shown_states import (
    ACTIVITIES,
    assert_absences,
    assert_preferred,
    assert_shown,
)
from tests.interfaces.test_restored_database import assert_refused
from tests.interfaces.told_play import LINKS, deliveries, true_states
from tests.interfaces.two_accounts import TwoAccounts
from tests.proof import deliveries_on_record, events_of, prove_whole
from tests.running import Service
from tests.waiting import until

_log = logging.getLogger(__name__)

_HOUR = timedelta(hours=1)
_MOST_SECONDS = 240
_SEED = int(os.environ.get("WORKTRAIL_TEST_SEED") or random.randrange(1_000_000))
"""Where everything is killed; the log of a run that failed has it."""


@pytest.fixture
def copied(server_url: str) -> Generator[CopiedDatabase]:
    copied = CopiedDatabase(server_url)
    with copied.existing():
        yield copied


def test_what_an_outage_and_a_lost_disk_took_is_made_good_with_what_both_accounts_say(
    copied: CopiedDatabase, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The service is down for an hour of its own time and for more than one of the accounts'.

    Their clock runs fast: they lose an hour and more within a second. A third of the play comes
    before that, a third at most until an import is done, and the rest comes then. The service's
    clock and its database's are an hour late until the outage, so that it finds itself gone for an
    hour. What is on record of that is all that `gaps` knows. The database is backed up while it is
    down, and put back when all that was lost is known again.
    """
    caplog.set_level("INFO", "tests")
    _log.info("WORKTRAIL_TEST_SEED=%d", _SEED)
    draw = random.Random(_SEED)
    third = len(deliveries()) // 3
    clocks = Clocks(copied.schema_url, tmp_path)
    clocks.set(-_HOUR)
    service = Service(clocks.url, tmp_path, PROGRAM)
    service.environment |= clocks.environment
    with ExitStack() as plays:
        with service.running():
            caller = Caller(service, "on-request")
            asking = Asking(caller)
            accounts = TwoAccounts(service, caller, tmp_path)
            play = plays.enter_context(accounts.playing())
            play.go_on(third)
            until(lambda: play.ledger, seconds=60)
            _link(service, caller, draw)
            until(lambda: len(play.ledger) == third, _MOST_SECONDS)
            play.stand_still()
        play.go_on(2 * third)
        then = {account: play.digests(account) for account in Account}
        accounts.lose(play)
        caller.close()
        copied.back_up()
        clocks.set(timedelta())
        caller.connect()
        with service.running():
            play.wake()
            before = len(play.ledger)
            _import(service, accounts, Account.SUBSCRIBER, places(draw))
            assert len(play.ledger) > before
            assert play.end() == 1
            asking.catch_up(_MOST_SECONDS)
            _assert_gap_is_told(service, caller, play, then)
            assert_shown(asking, words(_heard(caller), [Account.SUBSCRIBER]))
            _make_good(service, accounts, Account.PROVIDER)
            _assert_all_is_known(asking)
            for account in Account:
                assert_preferred(asking, account)
            _assert_whole(caller, play)
            last = asking.get("/Events?after=latest").headers["worktrail-position"]
    caller.close()
    copied.put_back()
    clocks.set(timedelta())
    caller.connect()
    end = _restore(service, last, draw)
    with service.running():
        kinds = {gap["Kind"] for gap in service.json("gaps", str(caller.keys.client_id))["Gaps"]}
        assert "restored" in kinds
        assert_refused(asking.get("/Events", params={"after": last}), end, int(last) + 1)
        _import(service, accounts, Account.PROVIDER, places(draw))
        _make_good(service, accounts, Account.SUBSCRIBER)
        _assert_all_is_known(asking)
        assert all(it["Equal"] for it in service.json("projections", "verify", "--all"))
    _events(caller)
    caller.close()


def places(draw: random.Random) -> list[int]:
    """Return two calls of an import's writing at which it is killed."""
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
    service: Service, accounts: TwoAccounts, account: Account, killed_at: list[int]
) -> None:
    """Import what an account says when it is asked, killed over and over."""
    arguments = ("reports", "import", *accounts.asked(account))
    told = done_in_spite(service, WRITING, killed_at, *arguments, program="tests.clocks")
    assert told["WorkOrders"] == len(true_states(account))


def _restore(service: Service, last: str, draw: random.Random) -> int:
    """Record the restore, killed over and over; returns where the backup ends."""
    arguments = ("restored", "--last-position", last)
    killed_at = [draw.randrange(2, 100), draw.randrange(2, 1_000)]
    told = done_in_spite(service, RESTORING, killed_at, *arguments, program="tests.clocks")
    assert told["FirstPosition"] == int(last) + 1
    assert len(service.json("restored", "--list")) == 1
    end: int = told["RestoredEnd"]
    return end


def _assert_gap_is_told(
    service: Service, caller: Caller, play: HeldPlay, then: dict[Account, frozenset[str]]
) -> None:
    """What the accounts lost is to be fetched again, as far as that can be known.

    It cannot be known of work orders that were created meanwhile, unless an activity waited for
    them: they are asked for by their date. Of those that had been closed nothing is expected.
    """
    found = service.json("gaps", str(caller.keys.client_id))
    [down] = [gap for gap in found["Gaps"] if gap["Kind"] == "down"]
    begin, end = (datetime.fromisoformat(down[name]) for name in ("From", "Until"))
    assert (down["IsOver"], down["LikelyRedelivered"]) == (True, False)
    assert _HOUR < end - begin < 2 * _HOUR
    again, unknown = set(found["FetchAgain"]), set[int]()
    for account in Account:
        lost = cut_off(account, then[account], play.digests(account))
        assert lost.lasted > _HOUR
        known = {it for it in lost.work_orders if it in lost.before or it in ACTIVITIES}
        unknown |= lost.work_orders - known
        assert known & again
        assert all(_is_closed(caller, number, end) for number in known - again)
    assert unknown


def _is_closed(caller: Caller, work_order_id: int, moment: datetime) -> bool:
    status = caller.history(work_order_id, moment).work_order.facts.get(("Status",))
    told = None if status is None else status.value
    return isinstance(told, dict) and is_closed(told.get("Primary"))


def _make_good(service: Service, accounts: TwoAccounts, account: Account) -> None:
    """Import what an account says: as much as was shown before."""
    arguments = ("reports", "import", *accounts.asked(account))
    shown = service.json(*arguments, "--dry-run")
    told = service.json(*arguments)
    assert shown["ToRecord"] == told["Recorded"] > 0
    assert told["WorkOrders"] == len(true_states(account))


def _assert_all_is_known(asking: Asking) -> None:
    """Every work order is shown as both accounts say when they are asked, and where it is."""
    heard = _heard(asking.caller)
    assert_shown(asking, words(heard, Account))
    assert_absences(asking, heard)


def _assert_whole(caller: Caller, play: HeldPlay) -> None:
    """Every delivery that was acknowledged is on record, of each account."""
    recorded = deliveries_on_record(_events(caller))
    of_work_orders = {
        (it["Account"], it["Digest"]) for it in play.ledger if it["WorkOrderId"] is not None
    }
    told = Counter(digest for _, digest in of_work_orders)
    assert all(recorded[digest, False] >= count for digest, count in told.items())


def _heard(caller: Caller) -> Heard:
    """Return what is on record, by sender and digest."""
    return frozenset(
        (it.metadata.sender or "", it.event.digest.hex())
        for it in events_of(caller.adapters.database)
        if isinstance(it.event, WorkOrderReported)
    )


def _events(caller: Caller) -> list[RecordedEvent]:
    """Return the log, in which nothing is missing, and no activity and no import twice."""
    events = prove_whole(caller.adapters.database)
    opened = [it.event.activity_id for it in events if isinstance(it.event, ActivityOpened)]
    assert sorted(opened) == sorted(ACTIVITIES.values())
    imported = Counter(
        (it.originator_id, it.metadata.sender, it.event.digest)
        for it in events
        if isinstance(it.event, WorkOrderReconciled)
    )
    assert set(imported.values()) <= {1}
    return events
