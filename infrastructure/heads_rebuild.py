"""Folding the heads of all activities anew, beside the journal that goes on with what there is."""

from collections.abc import Iterable
from functools import partial
from time import sleep
from typing import Any, Final, get_args
from uuid import UUID

import msgspec

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
from infrastructure.heads_fold import fold_activities
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

_END: Final = "SELECT coalesce(max(position), 0) FROM event_log"
_COUNT: Final = "SELECT count(*) FROM activity_heads"

_ATTEMPTS: Final = 60
_REST_SECONDS: Final = 0.5

_encoder: Final = msgspec.msgpack.Encoder()


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
        position = int(_value(cursor, _END))
        self._fill(cursor, reading, position, tell)
        for attempt in range(1, _ATTEMPTS + 1):
            position = self._nearly(cursor, position, tell)
            end = heads_switch.take_place(
                cursor,
                partial(self._catch_up, cursor),
                position,
                at_any_rate=attempt == _ATTEMPTS,
            )
            if end is not None:
                _tell(cursor, tell, "done", end, end)
                return int(_value(cursor, _COUNT))
            sleep(_REST_SECONDS)
        raise heads_switch.HeadsInUseError

    def _fill(self, cursor: Cursor, reading: Rows, upto: int, tell: Tell) -> None:
        done, total = 0, log_epochs.count(cursor, upto)
        tell(Progress(_NAME, "filling", done, total))
        stream_id: UUID | None = None
        head: Activity | None = None
        for scanned in log_scan.scan(reading, self._mapper, upto, _KINDS):
            ended: list[tuple[UUID, Activity]] = []
            for item in scanned.items:
                if item.originator_id != stream_id:
                    if stream_id is not None and head is not None:
                        ended.append((stream_id, head))
                    stream_id, head = item.originator_id, Activity()
                head = _evolved(head, item)
            _copy(cursor, ended)
            done += len(scanned.items)
            tell(Progress(_NAME, "filling", done, total))
        if stream_id is not None and head is not None:
            _copy(cursor, [(stream_id, head)])
        # Also those events are done that no head depends on.
        tell(Progress(_NAME, "filling", total, total))

    def _nearly(self, cursor: Cursor, position: int, tell: Tell) -> int:
        """Catch up until few events are left, or until those that come meanwhile get no fewer."""
        before = _PAGE
        while True:
            _tell(cursor, tell, "catching up", position, int(_value(cursor, _END)))
            after = self._catch_up(cursor, position)
            caught, position = after - position, after
            if caught < _FEW or before <= caught < _PAGE:
                return position
            before = caught

    def _catch_up(self, cursor: Cursor, after: int) -> int:
        page = log_pages.page(cursor, self._mapper, after, _PAGE)
        streams = {
            item.originator_id
            for item in page.items
            if isinstance(item, RecordedEvent) and isinstance(item.event, ActivityEvent)
        }
        if streams:
            folded = fold_activities(cursor, self._mapper, list(streams))
            states = [_encoder.encode(head) for head in folded.values()]
            cursor.execute(_SAVE, (heads.SHAPE, list(folded), states))
        return page.end


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


def _copy(cursor: Cursor, ended: Iterable[tuple[UUID, Activity]]) -> None:
    with cursor.copy(_COPY) as copy:
        copy.set_types(["uuid", "smallint", "bytea"])
        for stream_id, head in ended:
            copy.write_row((stream_id, heads.SHAPE, _encoder.encode(head)))


def _value(cursor: Cursor, statement: str, *parameters: object) -> Any:
    row = cursor.execute(statement.encode(), parameters).fetchone()
    return row[0] if row else None
