"""Folding the heads of all activities anew, beside the journal that goes on with what there is."""

from collections.abc import Iterable
from functools import partial
from time import sleep
from typing import Any, Final, TypeAlias, get_args
from uuid import UUID

from application.read_model_ports import LogItem
from application.rebuild_ports import Phase, Progress, Room, Tell
from domain.activity import (
    Activity,
    ActivityEvent,
    evolve,
)
from domain.record import Event, RecordedEvent
from infrastructure import heads, heads_switch, log_epochs, log_pages, log_scan
from infrastructure.database import Database, Rows, answering
from infrastructure.mapper import EventMapper
from infrastructure.rebuild_lock import be_alone
from infrastructure.rebuild_session import SETTINGS
from infrastructure.server_disk import free_bytes
from infrastructure.statements import Cursor

_KINDS: Final[tuple[type[Event], ...]] = get_args(ActivityEvent)

_PAGE: Final = 1_000
_FEW: Final = 100
"""Events that are left to be caught up with under the log's lock, unless more keep coming."""

_NAME: Final = "heads"

# Heads that were lost say nothing of how large they get; a head is smaller than its events.
_NEEDED: Final = """
    SELECT pg_total_relation_size(CASE WHEN EXISTS (SELECT FROM activity_heads)
                                  THEN 'activity_heads'::regclass ELSE 'event_log'::regclass END)
"""

_COPY: Final = "COPY activity_heads_rebuilt (stream_id, shape, state) FROM STDIN (FORMAT BINARY)"

_SAVE: Final = """
    INSERT INTO activity_heads_rebuilt (stream_id, shape, state)
    SELECT row.stream_id, %b, row.state
    FROM unnest(%b::uuid[], %b::bytea[]) AS row (stream_id, state)
    ON CONFLICT (stream_id) DO UPDATE SET shape = excluded.shape, state = excluded.state
"""

_COUNT: Final = "SELECT count(*) FROM activity_heads"

_ATTEMPTS: Final = 60
_REST_SECONDS: Final = 0.5

_HIGHEST_VERSION: Final = 2**31 - 1
_NO_EVENT: Final = Activity()

_Folded: TypeAlias = dict[UUID, Activity | None]
"""Heads by stream, `None` for one with an event that cannot be read."""


class PostgresHeadsRebuild:
    """Folds every head from its stream's first event on."""

    def __init__(self, database: Database, mapper: EventMapper) -> None:
        self._database = database
        self._mapper = mapper

    def room(self) -> Room:
        """Return how much room the new heads need and how much there is."""
        with self._database.connect() as connection, answering():
            return Room(int(_value(connection.cursor(), _NEEDED)), free_bytes(connection))

    def __call__(self, tell: Tell) -> int:
        """Return how many there are.

        Raises `RebuildRunningError`, `HeadsInUseError` and `StorageUnavailableError`.
        """
        with (
            self._database.connect() as connection,
            self._database.connect() as reading,
            answering(),
        ):
            connection.execute(SETTINGS)
            reading.execute(SETTINGS)
            return self._rebuild(connection, reading, tell)

    def _rebuild(self, connection: Rows, reading: Rows, tell: Tell) -> int:
        cursor = connection.cursor(binary=True)
        be_alone(cursor, _NAME)
        heads_switch.make(cursor)
        position = log_epochs.end(cursor)
        unfoldable = self._fill(cursor, reading, position, tell)
        for attempt in range(1, _ATTEMPTS + 1):
            position = self._nearly(cursor, position, unfoldable, tell)
            end = heads_switch.take_place(
                cursor,
                partial(self._catch_up, cursor, unfoldable),
                position,
                unfoldable,
                at_any_rate=attempt == _ATTEMPTS,
            )
            if end is not None:
                _tell(cursor, tell, "done", end, end)
                return int(_value(cursor, _COUNT))
            sleep(_REST_SECONDS)
        raise heads_switch.HeadsInUseError

    def _fill(self, cursor: Cursor, reading: Rows, upto: int, tell: Tell) -> set[UUID]:
        """Fold the log up to a position, and return the streams that cannot be folded."""
        done, total = 0, log_epochs.count(cursor, upto)
        tell(Progress(_NAME, "filling", done, total))
        unfoldable: set[UUID] = set()
        going_on: _Folded = {}
        for scanned in log_scan.scan(reading, self._mapper, upto, _KINDS):
            folded = _folded(scanned.items, going_on)
            # The last stream of a portion may go on in the next one.
            going_on = dict([folded.popitem()])
            unfoldable |= _copy(cursor, folded)
            done += len(scanned.items)
            tell(Progress(_NAME, "filling", done, total))
        unfoldable |= _copy(cursor, going_on)
        # Also those events are done that no head depends on.
        tell(Progress(_NAME, "filling", total, total))
        return unfoldable

    def _nearly(self, cursor: Cursor, position: int, unfoldable: set[UUID], tell: Tell) -> int:
        """Catch up until few events are left, or until those that come meanwhile get no fewer."""
        before = _PAGE
        while True:
            _tell(cursor, tell, "catching up", position, log_epochs.end(cursor))
            after = self._catch_up(cursor, unfoldable, position)
            caught, position = after - position, after
            if caught < _FEW or before <= caught < _PAGE:
                return position
            before = caught

    def _catch_up(self, cursor: Cursor, unfoldable: set[UUID], after: int) -> int:
        """Fold a page's streams anew, add those that cannot be, and return the page's end."""
        page = log_pages.page(cursor, self._mapper, after, _PAGE)
        streams = {item.originator_id for item in page.items if _is_of_activity(item)} - unfoldable
        whole = dict.fromkeys(streams, _HIGHEST_VERSION)
        folded = _folded(log_pages.beginnings(cursor, self._mapper, whole), {})
        states = {stream_id: head for stream_id, head in folded.items() if head is not None}
        unfoldable |= folded.keys() - states.keys()
        if states:
            rows = [heads.encoded(stream_id, head) for stream_id, head in states.items()]
            cursor.execute(_SAVE, (heads.SHAPE, list(states), rows))
        return page.end


def _is_of_activity(item: LogItem) -> bool:
    if isinstance(item, RecordedEvent):
        return isinstance(item.event, ActivityEvent)
    return item.kind is None or item.kind in _KINDS


def _folded(items: Iterable[LogItem], begun: _Folded) -> _Folded:
    """Return the streams in the order of their events, each with its head or `None`."""
    folded = dict(begun)
    for item in items:
        head = folded.get(item.originator_id, _NO_EVENT)
        folded[item.originator_id] = _evolved(head, item)
    return folded


def _evolved(head: Activity | None, item: LogItem) -> Activity | None:
    """Fold an event in; a stream with one that cannot be read gets no head."""
    if head is None or not isinstance(item, RecordedEvent):
        return None
    if not isinstance(item.event, ActivityEvent) or item.recorded_at is None:
        return head
    return evolve(head, item.event, item.recorded_at, item.metadata.sender)


def _tell(cursor: Cursor, tell: Tell, phase: Phase, position: int, end: int) -> None:
    done, total = log_epochs.count(cursor, position), log_epochs.count(cursor, end)
    tell(Progress(_NAME, phase, done, total))


def _copy(cursor: Cursor, folded: _Folded) -> set[UUID]:
    """Write new heads, and return the streams that have none."""
    with cursor.copy(_COPY) as copy:
        copy.set_types(["uuid", "smallint", "bytea"])
        for stream_id, head in folded.items():
            if head is not None:
                copy.write_row((stream_id, heads.SHAPE, heads.encoded(stream_id, head)))
    return {stream_id for stream_id, head in folded.items() if head is None}


def _value(cursor: Cursor, statement: str, *parameters: object) -> Any:
    row = cursor.execute(statement.encode(), parameters).fetchone()
    return row[0] if row else None
