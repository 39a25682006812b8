"""What the use cases need from outside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from domain.activity import Activity
from domain.document import JsonValue
from domain.record import RecordedEvent


class ReadBody(Struct, frozen=True):
    """A well-formed body.

    `tree` is the notification as a JSON object, `None` for an empty body or a null.
    `document` is `tree` rendered as UTF-8 JSON in the contract's member names,
    `None` when the body's own bytes already are that.
    """

    tree: dict[str, JsonValue] | None
    document: bytes | None


class BodyReader(Protocol):
    """Reads a webhook's body by its media type."""

    def __call__(self, media_type: str, body: bytes) -> ReadBody:
        """Read a body; `media_type` is the whole Content-Type value as it arrived.

        Raises `MalformedBodyError` where the body is not well-formed.
        """


class StorageUnavailableError(Exception):
    """The database cannot be reached or does not answer in time; nothing was written."""


class CommitInDoubtError(Exception):
    """The connection was lost around the commit: the batch may or may not be in the log."""


class StaleHeadError(Exception):
    """The log already has one of the versions to be written: a head lagged behind its stream."""


class LogEnd(Struct, frozen=True):
    """The position of the log's last event, and the time at which the next ones are recorded."""

    position: int
    recorded_at: datetime


class Link(Struct, frozen=True):
    """A period in which an activity id followed a work order; open while it has no end."""

    client_id: UUID
    activity_id: int
    work_order_id: int
    from_position: int
    to_position: int | None


class LinkChange(Struct, frozen=True):
    """From `position` on, the activity id follows the work order, or no longer does."""

    client_id: UUID
    activity_id: int
    work_order_id: int
    position: int
    opened: bool


class JournalTransaction(Protocol):
    """One transaction that holds the log's write lock."""

    def end(self) -> LogEnd:
        """Return where the log ends; recorded times never go back."""

    def activities(self, streams: Sequence[UUID], *, folded: bool) -> dict[UUID, Activity]:
        """Return the decision state of every stream; with `folded` no head is trusted."""

    def highest_ids(self, clients: Collection[UUID]) -> dict[UUID, int]:
        """Return the highest activity id ever opened of each client that has one."""

    def holders(self, ids: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], int]:
        """Return the work order on which each of these (client, activity id) is open, if any."""

    def append(
        self,
        events: Sequence[RecordedEvent],
        heads: Mapping[UUID, Activity],
        links: Sequence[LinkChange],
    ) -> None:
        """Add events, which bear their positions, new heads and changed links.

        Raises `StaleHeadError`.
        """


class JournalStore(Protocol):
    """Where the journal writes."""

    def transaction(self) -> AbstractContextManager[JournalTransaction]:
        """Take the lock; commit at the end of the block, roll back on an error.

        Raises `StorageUnavailableError` and, from the commit on, `CommitInDoubtError`.
        """

    def holds(self, position: int, event_id: UUID) -> bool:
        """Say, after waiting for the lock, whether this very event stands at this position."""

    def close(self) -> None:
        """Give the connection back."""


class ClientEvents(Protocol):
    """Reads what is on record of all clients."""

    def since(self, position: int) -> Sequence[RecordedEvent]:
        """Return the clients' events behind this position, in order.

        Raises `StorageUnavailableError`.
        """


class QuarantineEvents(Protocol):
    """Reads what is on record of quarantined deliveries."""

    def of_client(self, client_id: UUID) -> Iterable[RecordedEvent]:
        """Return a client's quarantine events, in order. Raises `StorageUnavailableError`."""


class Links(Protocol):
    """Reads which activity followed which work order."""

    def of_activity(self, client_id: UUID, activity_id: int) -> Sequence[Link]:
        """Return every period of an activity id, the earliest first."""

    def open_links(self, client_id: UUID, after: int, limit: int) -> Sequence[Link]:
        """Return the client's open activities with ids above `after`, at most `limit`."""


class KeyedHash(Protocol):
    """Turns a secret into what may be stored of it."""

    def __call__(self, secret: str) -> bytes:
        """Return the secret's keyed hash, 32 bytes."""
