"""What a sender lost while nobody listened, by its own plan and its own ledger."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from interfaces.simulator.dates import SECOND, Instant
from interfaces.simulator.schedule import Delivery, Plan, timeline


class CutOff(Struct, frozen=True):
    """The deliveries that were never acknowledged, and those on both sides of the longest loss.

    `before` has the work orders of which something was acknowledged before it.
    """

    lost: Sequence[Delivery]
    longest: Sequence[Delivery]
    before: frozenset[int]

    @property
    def lasted(self) -> timedelta:
        """For how long of the sender's time nothing came through."""
        return _time(self.longest[-1].at) - _time(self.longest[0].at)

    @property
    def work_orders(self) -> frozenset[int]:
        """The work orders of which something was lost."""
        return _work_orders(self.lost)


def cut_off(plan: Plan, ledger: Path) -> CutOff:
    """Return what of a play was lost; a body that was sent twice was lost if neither arrived."""
    acknowledged = {json.loads(line)["Digest"] for line in ledger.read_bytes().splitlines()}
    told = [
        delivery
        for delivery in timeline(plan)
        if delivery.moment.work_order_id is not None and not delivery.duplicate
    ]
    runs = [
        (arrived, list(run))
        for arrived, run in groupby(told, lambda it: _digest(it) in acknowledged)
    ]
    losses = [run for arrived, run in runs if not arrived]
    longest = max(losses, key=len)
    first = told.index(longest[0])
    return CutOff(
        lost=[delivery for run in losses for delivery in run],
        longest=longest,
        before=_work_orders([it for it in told[:first] if _digest(it) in acknowledged]),
    )


def _work_orders(deliveries: Sequence[Delivery]) -> frozenset[int]:
    ids = (delivery.moment.work_order_id for delivery in deliveries)
    return frozenset(work_order_id for work_order_id in ids if work_order_id is not None)


def _digest(delivery: Delivery) -> str:
    return sha256(delivery.moment.body).hexdigest()


def _time(at: Instant) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC)
