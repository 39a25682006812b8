"""The two ServiceChannel accounts that may report: the subscriber's, and one provider's.

The subscriber's sees every work order. The provider's sees those that are with its provider, is
told when one comes or goes, and of one work order in three it is shown another limit.
"""

from decimal import Decimal
from enum import Enum

from domain.document import JsonValue
from interfaces.simulator.shapes import Payload
from interfaces.simulator.work_order import WorkOrder

_DIFFERS_ONE_IN = 3
_ITS_SHARE_OF_THE_LIMIT = Decimal("0.8")


class Account(Enum):
    """Whose account reports."""

    SUBSCRIBER = "subscriber"
    PROVIDER = "provider"


def as_the_provider_sees_it(order: WorkOrder, subject: Payload) -> Payload:
    """Return what the provider's account says where the subscriber's says this."""
    limit: JsonValue = subject.get("Nte")
    if order.id % _DIFFERS_ONE_IN or not isinstance(limit, Decimal):
        return subject
    return {**subject, "Nte": limit * _ITS_SHARE_OF_THE_LIMIT}
