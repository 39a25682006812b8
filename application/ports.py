"""What the use cases need from outside."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from domain.errors import WorktrailError
from domain.gist import Gist
from domain.record import RecordedEvent


class ReadBody(Struct, frozen=True):
    """A well-formed body.

    `gist` is that of the notification, `None` for an empty body or a null.
    `document` is the notification rendered as UTF-8 JSON in the contract's member names,
    `None` when the body's own bytes already are that, or say nothing.
    """

    gist: Gist | None
    document: bytes | None


class BodyReader(Protocol):
    """Reads a webhook's body by its media type."""

    def __call__(self, media_type: str, body: bytes) -> ReadBody:
        """Read a body; `media_type` is the whole Content-Type value as it arrived.

        Raises `MalformedBodyError` where the body is not well-formed.
        """


class StorageUnavailableError(Exception):
    """The database cannot be reached or does not answer in time: nothing is safely on record."""


class UnreadableEventError(WorktrailError):
    """An event on record is damaged, or of a later release, so its stream cannot be told."""

    def __init__(self, position: int, stream_id: UUID, problem: str) -> None:
        """`problem` is a sentence that quotes nothing of what is stored."""
        super().__init__(
            f"Position {position}, on stream {stream_id}, cannot be read by this release: {problem}"
        )
        self.position = position
        self.stream_id = stream_id
        self.problem = problem


class Link(Struct, frozen=True):
    """A period in which an activity id followed a work order; open while it has no end."""

    client_id: UUID
    activity_id: int
    work_order_id: int
    from_position: int
    to_position: int | None


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

    def open_among(
        self, client_id: UUID, activities: Sequence[int], work_orders: Sequence[int]
    ) -> Sequence[Link]:
        """Return the client's open activities that are one of these or follow one of these."""


class KeyUseStore(Protocol):
    """Keeps when each pair of keys was last used."""

    def save(self, uses: Mapping[UUID, datetime]) -> None:
        """Keep the later of each use known and told. Raises `StorageUnavailableError`."""

    def all(self) -> Mapping[UUID, datetime]:
        """Return the last use of every pair that was ever used."""


class KeyedHash(Protocol):
    """Turns a secret into what may be stored of it."""

    def __call__(self, secret: str) -> bytes:
        """Return the secret's keyed hash, 32 bytes."""
