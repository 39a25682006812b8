"""What is asked of the search about work orders by those that link them to activities."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol, TypeAlias
from uuid import UUID

from msgspec import Struct

Naming: TypeAlias = Literal["Number", "PurchaseNumber"]
"""By which of the sender's words, instead of its id, a work order is named."""


class NamedWorkOrders(Struct, frozen=True):
    """The ids of the work orders that bear each name.

    `lag_events` counts the events of the log that the search did not know of yet.
    """

    ids: Mapping[str, Sequence[int]]
    lag_events: int


class WorkOrderNames(Protocol):
    """Finds work orders by what their sender calls them."""

    def bearing(self, client_id: UUID, naming: Naming, names: Collection[str]) -> NamedWorkOrders:
        """Return which of the client's work orders bear these names, each one's ids in order.

        A name that none bears is left out. Raises `StorageUnavailableError`.
        """


class UnlinkedRow(Struct, frozen=True):
    """A reported work order that no activity follows.

    `recorded_at` is when its last report was recorded, `reported_at` when that is said to have
    happened; `state` is what is known of it, packed, where that is known already.
    """

    work_order_id: int
    recorded_at: datetime
    reported_at: datetime | None
    state: bytes | None


class UnlinkedWorkOrders(Protocol):
    """Finds work orders that no activity follows."""

    def newest(self, client_id: UUID, limit: int) -> Sequence[UnlinkedRow]:
        """Return the client's, those reported last before the others, at most `limit`.

        Raises `StorageUnavailableError`.
        """
