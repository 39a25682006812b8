"""What is asked of the search about work orders by those that link them to activities."""

from collections.abc import Collection, Mapping, Sequence
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
