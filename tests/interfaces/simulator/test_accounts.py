"""Two accounts that report one world: the subscriber's, and one provider's."""

import json
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from interfaces.simulator.accounts import Account
from interfaces.simulator.company import company
from interfaces.simulator.schedule import Delivery
from tests.interfaces.simulator.plays import a_plan, by_life, played

ALONE = a_plan(duplicates=0, late=0)
BOTH = replace(ALONE, two_accounts=True)
OURS = company(BOTH.seed).providers[0].id


def told_by(account: Account) -> list[Delivery]:
    return [it for it in played(BOTH) if it.moment.account is account]


def said(delivery: Delivery) -> Any:
    return json.loads(delivery.moment.body)["Object"]


def test_the_subscriber_s_account_says_what_it_says_alone() -> None:
    alone = [delivery.moment.body for delivery in played(ALONE)]

    assert [delivery.moment.body for delivery in told_by(Account.SUBSCRIBER)] == alone


def test_the_provider_s_account_is_told_what_is_with_it_and_when_that_goes() -> None:
    lives = by_life(tuple(told_by(Account.PROVIDER))).values()
    providers = [
        [said(it)["ProviderId"] for it in life if "ProviderId" in said(it)] for life in lives
    ]

    assert [told for told in providers if len(set(told)) > 1]
    assert all(
        OURS in (before, after) for told in providers for before, after in pairwise([OURS, *told])
    )


def test_both_accounts_say_most_things_alike_and_some_limits_differently() -> None:
    of_both: dict[tuple[int, int, str | None], list[Any]] = {}
    for delivery in played(BOTH):
        moment = delivery.moment
        if moment.work_order_id and delivery.life >= 0:
            key = delivery.life, moment.at, moment.event_type
            of_both.setdefault(key, []).append(said(delivery))
    pairs = [told for told in of_both.values() if len(told) == 2]
    differing = [{name for name in one if one[name] != other[name]} for one, other in pairs]

    assert {frozenset(names) for names in differing} == {frozenset(), frozenset({"Nte"})}
    assert all(
        other["Nte"] < one["Nte"] for one, other in pairs if one.get("Nte") != other.get("Nte")
    )


def test_a_recall_names_an_earlier_work_order_of_the_play() -> None:
    created = [
        said(it)
        for it in played(ALONE)
        if it.moment.event_type == "WorkOrderCreated" and it.life >= 0
    ]
    ids = [work_order["Id"] for work_order in created]
    recalls = {it["Id"]: it["RecallWorkOrder"] for it in created if "RecallWorkOrder" in it}

    assert recalls
    assert all(original in ids and original < recall for recall, original in recalls.items())
