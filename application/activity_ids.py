"""The activity ids that a batch needs to know, and hands out."""

from collections.abc import Mapping
from uuid import UUID

from application.entries import Entry
from domain.activity import ActivityEvent, ActivityOpened, ActivityReleased


class BatchIds:
    """Activity ids of all clients of a batch, with what the batch itself opened and released."""

    def __init__(
        self, highest: Mapping[UUID, int], holders: Mapping[tuple[UUID, int], int]
    ) -> None:
        self._highest = dict(highest)
        self._holders: dict[tuple[UUID, int], int | None] = dict(holders)

    def of(self, entry: Entry) -> "ClientIds":
        """Return the ids as a decision about this entry sees them."""
        return ClientIds(self, entry)

    def follow(self, entry: Entry, event: ActivityEvent) -> None:
        """Take note of an opening or a release that was decided."""
        if isinstance(event, ActivityOpened):
            self._holders[entry.client_id, event.activity_id] = entry.work_order_id
            known = self._highest.get(entry.client_id, 0)
            self._highest[entry.client_id] = max(known, event.activity_id)
        elif isinstance(event, ActivityReleased):
            self._holders[entry.client_id, event.activity_id] = None

    def highest(self, client_id: UUID) -> int:
        """Return the client's highest id ever opened, 0 where there is none."""
        return self._highest.get(client_id, 0)

    def holder(self, client_id: UUID, activity_id: int) -> int | None:
        """Return the work order on which the client's activity is open."""
        return self._holders.get((client_id, activity_id))


class ClientIds:
    """The ids of one entry's client: the domain's `IdLedger`."""

    def __init__(self, ids: BatchIds, entry: Entry) -> None:
        self._ids = ids
        self._entry = entry

    def next_id(self) -> int:
        """Return the client's first id, or one more than the highest ever opened."""
        highest = self._ids.highest(self._entry.client_id)
        return max(self._entry.first_activity_id, highest + 1)

    def holder(self, activity_id: int) -> int | None:
        """Return the work order on which an activity of this id is open."""
        return self._ids.holder(self._entry.client_id, activity_id)
