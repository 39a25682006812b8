"""The log as a test finds it, and the proof that all that was written fits together."""

from collections import defaultdict
from uuid import UUID

from application.ports import Link
from domain.activity import ActivityEvent, ActivityOpened, ActivityReleased
from domain.identity import activity_stream
from domain.record import RecordedEvent
from infrastructure import heads
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.heads_fold import fold_activities
from infrastructure.mapper import EventMapper

_LINKS = """
    SELECT client_id, activity_id, work_order_id, from_position, to_position
    FROM activity_links ORDER BY from_position
"""


class WholeLog:
    """Everything that was recorded."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._log = EventLog(database)
        self._mapper = EventMapper()

    def events(self) -> list[RecordedEvent]:
        """Return all events by position."""
        rows = self._log.select_notifications(None, 1_000_000)
        return [self._mapper.to_domain_event(row) for row in rows]

    def of_work_order(self, client_id: UUID, work_order_id: int) -> list[RecordedEvent]:
        """Return the events of a work order's activity."""
        rows = self._log.select_events(activity_stream(client_id, work_order_id))
        return [self._mapper.to_domain_event(row) for row in rows]

    def names(self, client_id: UUID, work_order_id: int) -> list[str]:
        """Return what happened to a work order's activity, in order."""
        return [
            type(recorded.event).__name__
            for recorded in self.of_work_order(client_id, work_order_id)
        ]

    def links(self) -> list[Link]:
        """Return every period of every activity id."""
        with self._database.connection() as connection:
            return [Link(*row) for row in connection.execute(_LINKS)]

    def check(self) -> None:
        """Prove that nothing is missing, nothing is twice, and heads and links tell the same."""
        events = self.events()
        positions = [0, *(recorded.position for recorded in events)]
        assert all(it.comes_next(before) for before, it in zip(positions, events, strict=False))
        assert len({recorded.event_id for recorded in events}) == len(events)
        times = [recorded.recorded_at for recorded in events if recorded.recorded_at]
        assert times == sorted(times)
        versions = defaultdict(list)
        for recorded in events:
            versions[recorded.originator_id].append(recorded.originator_version)
        assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
        activities = {it.originator_id for it in events if isinstance(it.event, ActivityEvent)}
        self._check_heads(list(activities))
        self._check_links(events)

    def _check_heads(self, streams: list[UUID]) -> None:
        with self._log.locked() as cursor:
            trusted, doubtful = heads.read(cursor, streams)
            assert doubtful == []
            assert trusted == fold_activities(cursor, self._mapper, streams)

    def _check_links(self, events: list[RecordedEvent]) -> None:
        opened: dict[tuple[UUID, int], RecordedEvent] = {}
        periods: dict[int, int | None] = {}
        for recorded in events:
            event = recorded.event
            if isinstance(event, ActivityOpened):
                assert (recorded.client_id, event.activity_id) not in opened
                opened[recorded.client_id, event.activity_id] = recorded
                periods[recorded.position] = None
            elif isinstance(event, ActivityReleased):
                start = opened.pop((recorded.client_id, event.activity_id))
                assert start.originator_id == recorded.originator_id
                periods[start.position] = recorded.position
        links = self.links()
        assert {link.from_position: link.to_position for link in links} == periods
        streams = {recorded.position: recorded.originator_id for recorded in events}
        for link in links:
            stream = activity_stream(link.client_id, link.work_order_id)
            assert streams[link.from_position] == stream
