"""The states beside the items of the change feed: a work order as each event left it."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias
from uuid import UUID

from application.query_ports import TimelineRow
from application.read_model_ports import UnreadableEvent
from application.stream_ports import RecordedEvents, StreamPart
from application.surroundings import Lookout
from domain.client import Client
from domain.document import JsonValue
from domain.history import Known, follow

_TOGETHER: Final = 25
"""Items whose streams are read at a time; a page may have room for no more."""

_Followed: TypeAlias = dict[UUID, Known | None]
"""How far streams are folded; `None` of one that cannot be read on."""


class FeedStates:
    """Folds the log for what the timeline does not hold."""

    def __init__(self, log: RecordedEvents, lookout: Lookout) -> None:
        self._log = log
        self._lookout = lookout

    def of(self, client: Client, rows: Sequence[TimelineRow]) -> Iterator[JsonValue]:
        """Return the state as each of some events left it, `None` where it cannot be told.

        They are worked out as they are taken. Raises `StorageUnavailableError`.
        """
        followed: _Followed = {}
        shown = self._lookout.document
        for begin in range(0, len(rows), _TOGETHER):
            some = rows[begin : begin + _TOGETHER]
            left = self._left([row for row in some if row.changes is not None], followed)
            for row in some:
                known = left.get(row.position)
                yield None if known is None else shown(client, row.stream_id, known)

    def _left(self, rows: Sequence[TimelineRow], followed: _Followed) -> dict[int, Known]:
        """Return what was known after each event that can be read, by its position."""
        asked = {(row.stream_id, row.version): row.position for row in rows}
        found: dict[int, Known] = {}
        for item in self._log.of_streams(list(_parts(rows, followed))):
            stream_id, before = item.originator_id, followed.get(item.originator_id, Known())
            if before is None or isinstance(item, UnreadableEvent):
                followed[stream_id] = None
                continue
            followed[stream_id] = after = follow(before, item).after
            position = asked.get((stream_id, item.originator_version))
            if position is not None:
                found[position] = after
        return found


def _parts(rows: Sequence[TimelineRow], followed: _Followed) -> Iterator[StreamPart]:
    upto = {row.stream_id: row.version for row in rows}
    for stream_id, version in upto.items():
        known = followed.get(stream_id, Known())
        if known is not None:
            yield StreamPart(stream_id, known.version, version)
