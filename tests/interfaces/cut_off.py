"""What an account lost while nobody listened, by the play and by what was acknowledged to it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from interfaces.simulator.accounts import Account
from interfaces.simulator.dates import SECOND, Instant
from interfaces.simulator.schedule import Delivery
from tests.interfaces.told_play import digest, reports


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


def cut_off(account: Account, before: frozenset[str], at_last: frozenset[str]) -> CutOff:
    """Return what an account lost, by the digests acknowledged to it `before` and at the end.

    A body that was sent twice was lost if neither arrived.
    """
    told = reports(account)
    return CutOff(
        lost=[delivery for delivery in told if digest(delivery) not in at_last],
        before=_work_orders([delivery for delivery in told if digest(delivery) in before]),
    )


def _work_orders(deliveries: Sequence[Delivery]) -> frozenset[int]:
    ids = (delivery.moment.work_order_id for delivery in deliveries)
    return frozenset(work_order_id for work_order_id in ids if work_order_id is not None)


def _time(at: Instant) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC)
