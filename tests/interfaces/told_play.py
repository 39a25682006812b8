"""What two accounts tell in a play: each delivery, and what they answer when they are asked."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Final

from interfaces.simulator.accounts import Account
from interfaces.simulator.company import company
from interfaces.simulator.dates import instant
from interfaces.simulator.other_shapes import TEST_WORK_ORDER_ID
from interfaces.simulator.schedule import Delivery, Plan, timeline
from interfaces.simulator.truth import truth
from tests.interfaces.simulator.truth import State, told_of

WORK_ORDERS: Final = int(os.environ.get("WORKTRAIL_TEST_WORK_ORDERS") or 2_106)
LINKS: Final = 2_000
"""How many activities there are: for nineteen in twenty work orders."""

_START: Final = (datetime.now(UTC) - timedelta(days=60)).replace(microsecond=0)
"""When the play begins, so long ago that all of it is past."""

PLAN: Final = Plan(
    seed=1,
    work_orders=WORK_ORDERS,
    start=instant(_START),
    duplicates=0.05,
    late=0.05,
    two_accounts=True,
    brief=True,
)
OPTIONS: Final = (
    *("--seed", str(PLAN.seed), "--work-orders", str(PLAN.work_orders), "--brief"),
    *("--duplicates", str(PLAN.duplicates), "--late", str(PLAN.late)),
    *("--start", f"{_START:%Y-%m-%dT%H:%M:%S}"),
)
"""How the command line is asked for this play."""

OURS: Final = company(PLAN.seed).beside.id
"""The provider whose account reports."""

SENDERS: Final[Mapping[Account, str]] = {
    Account.SUBSCRIBER: "default",
    Account.PROVIDER: "provider",
}
"""Under which name each account reports."""

_OF_NO_WORK_ORDER: Final = {None, TEST_WORK_ORDER_ID}
"""Pings and tests name none."""


def links() -> dict[int, int]:
    """Return the activity of each work order that has one."""
    first = company(PLAN.seed).first_work_order_id
    numbers = [number for number in range(2 * LINKS) if number % 20 != 19][:LINKS]
    return {first + number: at for at, number in enumerate(numbers, start=1)}


@cache
def deliveries() -> Sequence[Delivery]:
    """Return everything that is delivered, in order."""
    return tuple(timeline(PLAN))


def reports(account: Account) -> list[Delivery]:
    """Return what an account tells of work orders, each once, in order."""
    return [
        it
        for it in deliveries()
        if it.moment.account is account
        and it.moment.work_order_id not in _OF_NO_WORK_ORDER
        and not it.duplicate
    ]


def digest(delivery: Delivery) -> str:
    """Return the SHA-256 of the body, as ledgers have it."""
    return sha256(delivery.moment.body).hexdigest()


@cache
def true_states(account: Account) -> Mapping[int, State]:
    """Return what an account answers when it is asked, of each work order that it sees then."""
    return dict(map(told_of, truth(PLAN, account)))
