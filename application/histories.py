"""A work order's history, as it is now or as it was known at some time."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from application.activities import periods_of
from application.aggregates import Aggregates
from application.ports import Link, Links
from domain.activity import ActivityOpened
from domain.client import Client
from domain.errors import UnknownActivityError, UnknownWorkOrderError, WorkOrderNotFollowedError
from domain.history import History, tell
from domain.identity import activity_stream
from domain.record import RecordedEvent


class PointInTime(Struct, frozen=True):
    """What is asked: as known at `as_of` (recorded), as reported up to `effective_at`."""

    as_of: datetime | None = None
    effective_at: datetime | None = None


class Period(Struct, frozen=True):
    """When an activity followed a work order; `released_at` is `None` while it does."""

    activity_id: int
    work_order_id: int
    from_position: int
    opened_at: datetime
    to_position: int | None = None
    released_at: datetime | None = None


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
            if was_known(opened.recorded_at, as_of):
                return period.work_order_id
        raise UnknownActivityError(activity_id)

    def activity_on(self, client: Client, work_order_id: int) -> int:
        """Return the activity that follows a work order.

        Raises `UnknownWorkOrderError` and `WorkOrderNotFollowedError`.
        """
        activity_id = self.of_work_order(client.id, work_order_id, PointInTime()).activity_id
        if activity_id is None:
            raise WorkOrderNotFollowedError(work_order_id)
        return activity_id

    def periods(
        self, client_id: UUID, history: History, as_of: datetime | None = None
    ) -> list[Period]:
        """Return what the activities of a history ever followed, in order, as was known then."""
        ids = {
            moment.recorded.event.activity_id
            for moment in history.moments
            if isinstance(moment.recorded.event, ActivityOpened)
        }
        links = [link for id_ in ids for link in self._links.of_activity(client_id, id_)]
        found = (self._period(link, as_of) for link in links)
        return sorted(
            (period for period in found if period is not None),
            key=lambda period: period.from_position,
        )

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

    def _period(self, link: Link, as_of: datetime | None) -> Period | None:
        opened_at = self._recorded_at(link.from_position, as_of)
        if opened_at is None:
            return None
        period = Period(link.activity_id, link.work_order_id, link.from_position, opened_at)
        end = link.to_position
        released_at = None if end is None else self._recorded_at(end, as_of)
        if released_at is None:
            return period
        return replace(period, to_position=end, released_at=released_at)

    def _recorded_at(self, position: int, as_of: datetime | None) -> datetime | None:
        moment = self._aggregates.at(position).recorded_at
        return moment if was_known(moment, as_of) else None


def was_known(recorded_at: datetime | None, as_of: datetime | None) -> bool:
    """Say whether what was recorded then was known at a time; now, everything is."""
    return as_of is None or (recorded_at is not None and recorded_at <= as_of)


def _known(events: Iterable[RecordedEvent], as_of: datetime | None) -> Iterable[RecordedEvent]:
    return (event for event in events if was_known(event.recorded_at, as_of))
