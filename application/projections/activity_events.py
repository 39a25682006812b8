"""The events of activities, and the last moment of each one's stream."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from domain.activity import (
    ActivityOpened,
    ActivityReleased,
    WorkOrderReported,
    WorkOrderReportRepeated,
)
from domain.history import Moment
from domain.reconciliation import WorkOrderReconciled
from domain.record import Event

ACTIVITY_EVENTS: Final[tuple[type[Event], ...]] = (
    WorkOrderReported,
    WorkOrderReportRepeated,
    WorkOrderReconciled,
    ActivityOpened,
    ActivityReleased,
)


def last_of_each(moments: Sequence[Moment]) -> Iterable[Moment]:
    """Return the last moment of each stream."""
    last: dict[UUID, Moment] = {moment.recorded.originator_id: moment for moment in moments}
    return last.values()
