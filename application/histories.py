"""A work order's history, as it is now or as it was known at some time."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from application.activities import periods_of
from application.aggregates import Aggregates
from application.ports import Links
from domain.client import Client
from domain.errors import UnknownActivityError, UnknownWorkOrderError
from domain.history import History, tell
from domain.identity import activity_stream
from domain.record import RecordedEvent


class PointInTime(Struct, frozen=True):
    """What is asked: as known at `as_of` (recorded), as reported up to `effective_at`."""

    as_of: datetime | None = None
    effective_at: datetime | None = None


class Histories:
    """Reads streams and tells them."""

    def __init__(self, aggregates: Aggregates, links: Links) -> None:
        self._aggregates = aggregates
        self._links = links

    def followed_by(self, client: Client, activity_id: int, as_of: datetime | None) -> int:
        """Return the work order that an activity followed last, as far as was known then.

        Raises `UnknownActivityError`.
        """
        for period in reversed(periods_of(self._links, client, activity_id)):
            opened = self._aggregates.at(period.from_position)
            if as_of is None or (opened.recorded_at is not None and opened.recorded_at <= as_of):
                return period.work_order_id
        raise UnknownActivityError(activity_id)

    def of_work_order(self, client_id: UUID, work_order_id: int, moment: PointInTime) -> History:
        """Tell the history of a work order's activity.

        Raises `UnknownWorkOrderError` where nothing was on record at that time.
        """

        def told(events: Iterable[RecordedEvent]) -> History:
            return tell(_known(events, moment.as_of), moment.effective_at)

        history = self._aggregates.read(activity_stream(client_id, work_order_id), told)
        if history is None or not history.moments:
            raise UnknownWorkOrderError(work_order_id)
        return history


def _known(events: Iterable[RecordedEvent], as_of: datetime | None) -> Iterable[RecordedEvent]:
    return (
        event
        for event in events
        if as_of is None or (event.recorded_at is not None and event.recorded_at <= as_of)
    )
