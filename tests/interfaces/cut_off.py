"""What a sender lost while nobody listened, by its own plan and its own ledger."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from msgspec import Struct

from interfaces.simulator.dates import SECOND, Instant
from interfaces.simulator.other_shapes import TEST_WORK_ORDER_ID
from interfaces.simulator.schedule import Delivery, Plan, timeline

_OF_NO_WORK_ORDER = {None, TEST_WORK_ORDER_ID}
"""Pings and tests name none."""


class CutOff(Struct, frozen=True):
    """The deliveries that were never acknowledged, in the order of the sender's time.

    `before` has the work orders of which something was acknowledged before.
    """

    lost: Sequence[Delivery]
    before: frozenset[int]

    @property
    def lasted(self) -> timedelta:
        """Over how long of the sender's time the middle half of them was due.

        Those at the edges may have waited for an earlier one of their own work order.
        """
        quarter = len(self.lost) // 4
        return _time(self.lost[-quarter].at) - _time(self.lost[quarter].at)

    @property
    def work_orders(self) -> frozenset[int]:
        """The work orders of which something was lost."""
        return _work_orders(self.lost)


def cut_off(plan: Plan, before: bytes, ledger: bytes) -> CutOff:
    """Return what of a play was lost, by its ledger `before` and at the end.

    A body that was sent twice was lost if neither arrived.
    """
    told = [
        delivery
        for delivery in timeline(plan)
        if delivery.moment.work_order_id not in _OF_NO_WORK_ORDER and not delivery.duplicate
    ]
    then, at_last = _digests(before), _digests(ledger)
    return CutOff(
        lost=[delivery for delivery in told if _digest(delivery) not in at_last],
        before=_work_orders([delivery for delivery in told if _digest(delivery) in then]),
    )


def _digests(ledger: bytes) -> frozenset[str]:
    return frozenset(json.loads(line)["Digest"] for line in ledger.splitlines())


def _work_orders(deliveries: Sequence[Delivery]) -> frozenset[int]:
    ids = (delivery.moment.work_order_id for delivery in deliveries)
    return frozenset(work_order_id for work_order_id in ids if work_order_id is not None)


def _digest(delivery: Delivery) -> str:
    return sha256(delivery.moment.body).hexdigest()


def _time(at: Instant) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC)
