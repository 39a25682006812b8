"""Work orders that somebody reported and no activity follows."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from application.known_states import unpack
from application.work_order_ports import UnlinkedRow, UnlinkedWorkOrders
from domain.client import Client
from domain.history import Known

_NOTHING_KNOWN: Final = Known()


class Unlinked(Struct, frozen=True):
    """One of them: when its last report was recorded, and is said to have happened."""

    work_order_id: int
    recorded_at: datetime
    reported_at: datetime | None
    known: Known


class UnlinkedList:
    """Lists them, for somebody to decide."""

    def __init__(self, work_orders: UnlinkedWorkOrders) -> None:
        self._work_orders = work_orders

    def newest(self, client: Client, limit: int) -> tuple[list[Unlinked], bool]:
        """Return those reported last, at most `limit`, and whether there are more.

        Raises `StorageUnavailableError`.
        """
        rows = self._work_orders.newest(client.id, limit + 1)
        shown = [(row, _known(row)) for row in rows[:limit]]
        # What is known of it may be newer than the list: then an activity was opened meanwhile.
        unlinked = [
            Unlinked(row.work_order_id, row.recorded_at, row.reported_at, known)
            for row, known in shown
            if known.activity_id is None
        ]
        return unlinked, len(rows) > limit


def _known(row: UnlinkedRow) -> Known:
    return _NOTHING_KNOWN if row.state is None else unpack(row.state)
