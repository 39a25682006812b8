"""The change feed: what the timeline tells, and what else is asked of each event."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from application.aggregates import Aggregates
from application.feed_states import FeedStates
from application.query_ports import TimelineEvents, TimelineRow
from application.read_model_ports import LogItem, UnreadableEvent
from application.stream_ports import RecordedEvents
from application.surroundings import Lookout
from domain.client import Client
from domain.document import JsonValue, decode, encode
from domain.errors import WorktrailError
from domain.history import Content, Told

_log = logging.getLogger("worktrail.feed")

Included: TypeAlias = Literal["state", "body"]

MOST_ITEMS: Final = 200
"""Of one page."""

_MOST_BYTES: Final = 1_000_000
"""Of the states or bodies of one page, unless the first alone is larger."""


class UnknownPositionError(WorktrailError):
    """A position that the log has not reached: it is of another log, or of a lost part of this."""

    def __init__(self, position: int, last: int) -> None:
        super().__init__(
            f"There is no position {position}: the log ends at {last}. Load anew, and follow from"
            " the Worktrail-Position of what was loaded."
        )
        self.position = position


class FeedItem(Struct, frozen=True):
    """An event, what it changed, and what was asked for beside it; `None` where there is none."""

    position: int
    client_id: UUID
    work_order_id: int | None
    activity_id: int | None
    name: str
    recorded_at: datetime
    verdict: str | None
    changes: JsonValue
    included: JsonValue = None


class FeedPage(Struct, frozen=True):
    """Some items, in order; `end` is where to go on, `is_full` says that there are more."""

    items: Sequence[FeedItem]
    end: int
    is_full: bool


class Feed:
    """Reads the timeline, and the log for what the timeline does not hold."""

    def __init__(
        self,
        timeline: TimelineEvents,
        log: RecordedEvents,
        aggregates: Aggregates,
        lookout: Lookout,
    ) -> None:
        self._timeline = timeline
        self._log = log
        self._aggregates = aggregates
        self._feed_states = FeedStates(log, lookout)

    def page(
        self,
        client: Client,
        activity_id: int | None,
        after: int | None,
        limit: int,
        include: Included | None = None,
    ) -> FeedPage:
        """Return a client's events, or one activity's, behind a position or behind the last.

        Raises `LostPositionError`, `UnknownPositionError`, `OutdatedReadModelError` and
        `StorageUnavailableError`.
        """
        page = self._timeline.page(client.id, activity_id, after, limit)
        if after is not None and page.end == after:
            self._check_reached(after)
        if include is None:
            return FeedPage([_item(row, None) for row in page.rows], page.end, page.is_full)
        told = self._states(client, page.rows) if include == "state" else self._bodies(page.rows)
        items: list[FeedItem] = []
        room = _MOST_BYTES
        for row, included in zip(page.rows, told, strict=False):
            room -= len(encode(included))
            if items and room < 0:
                return FeedPage(items, items[-1].position, is_full=True)
            items.append(_item(row, included))
        return FeedPage(items, page.end, page.is_full)

    def _check_reached(self, position: int) -> None:
        # Whoever waited there would hear nothing, and miss what comes up to it.
        last = self._aggregates.end()
        if position > last:
            raise UnknownPositionError(position, last)

    def _states(self, client: Client, rows: Sequence[TimelineRow]) -> Iterator[JsonValue]:
        for row, state in zip(rows, self._feed_states.of(client, rows), strict=True):
            if state is None and row.changes is not None:
                _note_unreadable(row)
            yield state

    def _bodies(self, rows: Sequence[TimelineRow]) -> Iterator[JsonValue]:
        events = self._log.at([row.position for row in rows if row.changes is not None])
        for row in rows:
            yield None if row.changes is None else _body(row, next(events))


def _note_unreadable(row: TimelineRow) -> None:
    # Whoever follows would be held up for good, and by what is not theirs to mend.
    _log.error("What was asked of position %d beside its changes cannot be read", row.position)


def _body(row: TimelineRow, item: LogItem) -> JsonValue:
    if isinstance(item, UnreadableEvent):
        _note_unreadable(row)
        return None
    event = item.event
    if isinstance(event, Told) and isinstance(event.content, Content):
        return decode(event.content.notification)
    return None


def _item(row: TimelineRow, included: JsonValue) -> FeedItem:
    return FeedItem(
        position=row.position,
        client_id=row.client_id,
        work_order_id=row.work_order_id,
        activity_id=row.activity_id,
        name=row.name,
        recorded_at=row.recorded_at,
        verdict=row.verdict,
        changes=None if row.changes is None else decode(row.changes),
        included=included,
    )
