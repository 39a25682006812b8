"""The truth of a play is what whoever received all of it knows in the end."""

from datetime import timedelta
from functools import reduce

from msgspec.structs import replace

from domain.document import decode
from domain.notification import read
from domain.work_order import PROVIDER, Report, WorkOrder, fold
from interfaces.simulator.accounts import Account
from interfaces.simulator.company import company
from interfaces.simulator.schedule import Delivery
from interfaces.simulator.truth import truth
from tests.interfaces.simulator.plays import START, a_plan, by_life, played
from tests.interfaces.simulator.truth import known_of, told_of

PLAN = a_plan(work_orders=200)


def received(deliveries: list[Delivery]) -> WorkOrder:
    """Fold the bodies as a receiver does who gets them one after the other, long afterwards."""
    reports: list[Report] = []
    for version, delivery in enumerate(deliveries, start=1):
        tree = decode(delivery.moment.body) if delivery.moment.body else None
        if isinstance(tree, dict) and delivery.moment.work_order_id is not None:
            told = read(tree)
            arrived = START + timedelta(days=100, seconds=version)
            reports.append(Report(version, arrived, told.reported_at, "default", told.facts))
    return reduce(fold, reports, WorkOrder())


def test_it_is_what_everybody_knows_who_received_everything() -> None:
    known = {
        deliveries[0].moment.work_order_id: known_of(received(deliveries))
        for life, deliveries in by_life(played(PLAN)).items()
        if life >= 0
    }
    assert dict(told_of(line) for line in truth(PLAN)) == known


def test_a_provider_s_account_has_all_that_is_with_its_provider_as_it_was_told_of_it() -> None:
    plan = replace(PLAN, two_accounts=True)
    told_to_it = [it for it in played(plan) if it.moment.account is Account.PROVIDER]
    known = {
        deliveries[0].moment.work_order_id: known_of(received(deliveries))
        for deliveries in by_life(tuple(told_to_it)).values()
    }
    ours = company(plan.seed).beside.id
    true = dict(told_of(line) for line in truth(plan, Account.PROVIDER))
    assert true.keys() == {it for it, facts in known.items() if facts[PROVIDER] == ours}
    # Notes of the time before a work order came to it are all that it was not told.
    for number, facts in true.items():
        untold = facts.keys() - known[number].keys()
        assert {path: facts[path] for path in facts.keys() - untold} == known[number]
        assert {path[0] for path in untold} <= {"Notes"}
    assert true.keys() < known.keys()


def test_it_says_when_each_work_order_was_changed_last() -> None:
    for line in truth(PLAN):
        tree = decode(line)
        assert isinstance(tree, dict)
        assert read({"Object": tree}).reported_at is not None
