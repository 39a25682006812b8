"""The truth of a play is what whoever received all of it knows in the end."""

from datetime import timedelta
from functools import reduce

from domain.document import decode
from domain.notification import read
from domain.work_order import Report, WorkOrder, fold
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


def test_it_says_when_each_work_order_was_changed_last() -> None:
    for line in truth(PLAN):
        tree = decode(line)
        assert isinstance(tree, dict)
        assert read({"Object": tree}).reported_at is not None
