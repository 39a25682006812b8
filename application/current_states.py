"""What is known of one work order now, whatever the read models' lag."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from application.aggregates import Aggregates
from application.known_states import unpack
from application.query_ports import FoundActivity, KeptStates, OutdatedReadModelError
from domain.errors import UnknownWorkOrderError
from domain.history import Known, follow
from domain.identity import activity_stream
from domain.work_order import WorkOrder


class Current(Struct, frozen=True):
    """What is known, with everything that the log had up to a position."""

    known: Known
    position: int


class CurrentStates:
    """Reads kept states, and folds what their streams have beyond them."""

    def __init__(self, aggregates: Aggregates, kept: KeptStates) -> None:
        self._aggregates = aggregates
        self._kept = kept

    def of_work_order(self, client_id: UUID, work_order_id: int) -> Current:
        """Return what is known of a work order.

        Raises `UnknownWorkOrderError` and `StorageUnavailableError`.
        """
        # Looked at before anything else: what comes later may be in the state, or in the feed.
        position = self._aggregates.end()
        stream_id = activity_stream(client_id, work_order_id)
        known = self._kept_state(stream_id)
        for recorded in self._aggregates.recorded(stream_id, after=known.version):
            known = follow(known, recorded, opened_on=work_order_id).after
            position = max(position, recorded.position)
        if known.version == 0:
            raise UnknownWorkOrderError(work_order_id)
        return Current(known, position)

    def of_found(self, found: Sequence[FoundActivity]) -> dict[int, WorkOrder]:
        """Return what is known of each work order that was found, as far as that is kept.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        streams = {activity_stream(row.client_id, row.work_order_id): row for row in found}
        kept = self._kept.of_streams(list(streams))
        return {
            streams[stream_id].work_order_id: unpack(state.state).work_order
            for stream_id, state in kept.items()
        }

    def end(self) -> int:
        """Return the log's last position."""
        return self._aggregates.end()

    def _kept_state(self, stream_id: UUID) -> Known:
        try:
            kept = self._kept.of_stream(stream_id)
            return Known() if kept is None else unpack(kept.state)
        except (OutdatedReadModelError, msgspec.MsgspecError):
            # Of another release: the stream alone tells the same, only slower.
            return Known()
