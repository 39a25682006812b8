"""Plays that tests look at."""

import json
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from interfaces.simulator.dates import instant
from interfaces.simulator.schedule import Delivery, Plan, timeline

START = datetime(2025, 7, 7, tzinfo=UTC)


def a_plan(
    seed: int = 7, work_orders: int = 300, duplicates: float = 0.1, late: float = 0.05
) -> Plan:
    return Plan(seed, work_orders, instant(START), duplicates, late)


@cache
def played(plan: Plan) -> tuple[Delivery, ...]:
    return tuple(timeline(plan))


def by_life(deliveries: tuple[Delivery, ...]) -> dict[int, list[Delivery]]:
    lives: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        lives[delivery.life].append(delivery)
    return lives


def bodies(event_type: str, plan: Plan | None = None) -> list[Any]:
    """Return every body of an event type but the test button's, decoded."""
    found = [
        json.loads(delivery.moment.body)
        for delivery in played(plan or a_plan())
        if delivery.moment.event_type == event_type and delivery.life >= 0
    ]
    assert found
    return found
