"""What the simulator would answer of its work orders, beside what is known of them."""

from collections.abc import Mapping
from typing import TypeAlias

from domain.document import JsonValue, decode
from domain.members import WORK_ORDER
from domain.notification import Path, read
from domain.work_order import WorkOrder

State: TypeAlias = dict[Path, JsonValue]


def of_the_page(facts: Mapping[Path, JsonValue]) -> State:
    """Return the facts whose members are on the contract's page, notes among them."""
    return {path: value for path, value in facts.items() if path[0] in WORK_ORDER}


def told_of(line: bytes) -> tuple[int, State]:
    """Return which work order a line of truth is about, and its facts of the page."""
    tree = decode(line)
    assert isinstance(tree, dict)
    notification = read({"Object": tree})
    assert notification.work_order_id is not None
    return notification.work_order_id, of_the_page(notification.facts)


def known_of(work_order: WorkOrder) -> State:
    """Return what is known of a work order, as far as it is of the page."""
    return of_the_page({path: fact.value for path, fact in work_order.facts.items()})
