"""All lives on one line of time, with what the wire does to their order."""

from bisect import bisect
from collections.abc import Iterator
from heapq import heappop, heappush, heapreplace
from itertools import accumulate
from random import Random
from typing import TypeAlias

from msgspec import Struct, structs

from interfaces.simulator.company import Company, chance, company
from interfaces.simulator.dates import DAY, MINUTE, Instant
from interfaces.simulator.diary import Moment
from interfaces.simulator.lives import LONGEST_LIFE, life
from interfaces.simulator.other_shapes import PING, TEST_WORK_ORDER_ID, button_pressed
from interfaces.simulator.work_order import WorkOrder, placed

_SHORTEST_SPREAD = 20 * DAY
_SPREAD_PER_WORK_ORDER = 2 * MINUTE
_REDELIVERY_SPACING = 5 * MINUTE
_REDELIVERIES = 3
_MOST_EVENTS_AHEAD_OF_A_LATE_ONE = 3
_BUTTONS = -1
_BETWEEN_BUTTONS = 7 * DAY


class Plan(Struct, frozen=True):
    """What is played: equal plans send equal bodies in equal order.

    `start` is the instant of the first moment; `duplicates` and `late` are shares between 0 and 1.
    With `two_accounts` a provider's account reports beside the subscriber's, which says the same as
    without. Lives may be `brief`.
    """

    seed: int
    work_orders: int
    start: Instant
    duplicates: float
    late: float
    two_accounts: bool = False
    brief: bool = False


class Delivery(Struct, frozen=True):
    """One body to be delivered once: a notification, a deliberate second sending of it, or a ping.

    `at` is the simulated instant of its sending. `life` numbers the work order among all (−1: the
    buttons of the sender's set-up page) and `number` the moment in that life; deliveries of one
    life are sent one after the other.
    """

    at: Instant
    life: int
    number: int
    moment: Moment
    duplicate: bool
    late: bool


def span(work_orders: int) -> Instant:
    """Return how much simulated time the lives of so many work orders take, at most."""
    return _spread(work_orders) + LONGEST_LIFE + _REDELIVERIES * _REDELIVERY_SPACING


def timeline(plan: Plan, share: int = 0, shares: int = 1) -> Iterator[Delivery]:
    """Return the deliveries of one share of all lives, in the order in which they are sent.

    A life and all its deliveries belong to one share, and are the same however many shares there
    are. Lives are played when their time comes: only those open at one time are held in memory.
    """
    account = company(plan.seed)
    interval = _spread(plan.work_orders) // plan.work_orders
    open_lives: _OpenLives = []
    if share == 0:
        _open(open_lives, _buttons(plan, account))
    for number in range(share, plan.work_orders, shares):
        birth = plan.start + number * interval
        while open_lives and open_lives[0][0] < birth:
            yield _next(open_lives)
        _open(open_lives, _deliveries(plan, account, number, birth))
    while open_lives:
        yield _next(open_lives)


def ended(plan: Plan) -> Iterator[WorkOrder]:
    """Return each work order of a play as its life leaves it."""
    account = company(plan.seed)
    interval = _spread(plan.work_orders) // plan.work_orders
    for number in range(plan.work_orders):
        order, _, _ = _lived(plan, account, number, plan.start + number * interval)
        yield order


_OpenLives: TypeAlias = list[tuple[Instant, int, int, list[Delivery]]]
"""A heap: when a life's next delivery is due, the life, that delivery's place, and all of them."""


def _open(open_lives: _OpenLives, deliveries: list[Delivery]) -> None:
    heappush(open_lives, (deliveries[0].at, deliveries[0].life, 0, deliveries))


def _next(open_lives: _OpenLives) -> Delivery:
    _, life, place, deliveries = open_lives[0]
    following = place + 1
    if following < len(deliveries):
        heapreplace(open_lives, (deliveries[following].at, life, following, deliveries))
    else:
        heappop(open_lives)
    return deliveries[place]


def _spread(work_orders: int) -> Instant:
    return max(_SHORTEST_SPREAD, work_orders * _SPREAD_PER_WORK_ORDER)


def _deliveries(plan: Plan, account: Company, number: int, at: Instant) -> list[Delivery]:
    _, moments, draw = _lived(plan, account, number, at)
    return _with_duplicates(plan, _with_lates(plan, number, moments, draw), draw)


def _lived(
    plan: Plan, account: Company, number: int, at: Instant
) -> tuple[WorkOrder, list[Moment], Random]:
    draw = chance(plan.seed, f"work order {number}")
    born = at + draw.randrange(MINUTE)
    beside = account.beside if plan.two_accounts else None
    order = placed(account, number, born, draw)
    return order, life(account, order, draw, beside, brief=plan.brief), draw


def _with_lates(plan: Plan, life: int, moments: list[Moment], draw: Random) -> list[Delivery]:
    """Put a share of the moments each behind one to three later ones that are in time.

    The last moment cannot be late, so the others are late a little more often.
    """
    last = len(moments) - 1
    probability = plan.late * len(moments) / max(last, 1)
    late = {number for number in range(last) if draw.random() < probability}
    in_time = [number for number in range(len(moments)) if number not in late]
    behind = {number: _one_of_the_next(in_time, number, draw) for number in sorted(late)}
    order = sorted(range(len(moments)), key=lambda number: (behind.get(number, number), -number))
    instants = accumulate((moments[number].at for number in order), max)
    return [
        Delivery(at, life, number, moments[number], duplicate=False, late=number in late)
        for number, at in zip(order, instants, strict=True)
    ]


def _one_of_the_next(in_time: list[int], number: int, draw: Random) -> int:
    following = in_time[bisect(in_time, number) :]
    return draw.choice(following[:_MOST_EVENTS_AHEAD_OF_A_LATE_ONE])


def _with_duplicates(plan: Plan, deliveries: list[Delivery], draw: Random) -> list[Delivery]:
    """Send a share of the deliveries twice: half at once, half when a re-delivery is due."""
    sent: list[Delivery] = []
    for delivery in deliveries:
        sent.append(delivery)
        twice, at_once = draw.random() < plan.duplicates, draw.random() < 0.5
        delay = 0 if at_once else draw.randint(1, _REDELIVERIES) * _REDELIVERY_SPACING
        if twice:
            sent.append(structs.replace(delivery, at=delivery.at + delay, duplicate=True))
    return sorted(sent, key=lambda delivery: delivery.at)


def _buttons(plan: Plan, account: Company) -> list[Delivery]:
    """Press the ping and test buttons at the start and once a week."""
    draw = chance(plan.seed, "buttons")
    moments: list[Moment] = []
    for week_begins in range(0, _spread(plan.work_orders), _BETWEEN_BUTTONS):
        at = plan.start + week_begins + draw.randrange(MINUTE)
        moments.append(Moment(at, None, None, PING))
        at += draw.randrange(MINUTE, 10 * MINUTE)
        test = button_pressed(account, at)
        moments.append(Moment(at, "WorkOrderCreated", TEST_WORK_ORDER_ID, test))
    return [
        Delivery(moment.at, _BUTTONS, number, moment, duplicate=False, late=False)
        for number, moment in enumerate(moments)
    ]
