"""How an event came to be recorded: by whom, signed or not, on whose behalf."""

from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct, field

Origin: TypeAlias = Literal["webhook", "released", "import", "command"]
SignatureVerdict: TypeAlias = Literal["verified", "mismatch", "unsigned", "unverifiable"]


class Metadata(Struct, frozen=True, omit_defaults=True):
    """The first part of every stored event.

    `sender` and `key_id` name the account and the key pair of a webhook, `actor` names whoever
    gave one of our own commands, `delivery_id` is the one the answer carried. `headers` holds only
    headers from an allow-list. `quarantine_event_id` is the event that kept a released delivery.
    """

    origin: Origin
    sender: str | None = None
    key_id: UUID | None = None
    signature: SignatureVerdict | None = None
    actor: str | None = None
    delivery_id: UUID | None = None
    trace_id: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    quarantine_event_id: UUID | None = None


class SealedContent(Struct, frozen=True):
    """An event's content under a key of its stream; without that key it says nothing."""

    data_key_id: UUID
    ciphertext: bytes
