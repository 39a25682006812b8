"""What opens a door: pairs of keys for webhooks, tokens for the API; never their secrets."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

Role: TypeAlias = Literal["integrator", "auditor", "operator"]


class KeyPair(Struct, frozen=True):
    """A pair of keys as it is checked; `retires_at` is when it stops opening anything."""

    key_id: UUID
    sender: str
    access_key_hash: bytes
    signing_key_hash: bytes
    own_signing_key: bool
    issued_at: datetime
    retires_at: datetime | None = None

    def lives_at(self, moment: datetime) -> bool:
        """Say whether the pair opens the door at this moment."""
        return self.retires_at is None or moment < self.retires_at


class Token(Struct, frozen=True):
    """A bearer token as it is checked."""

    token_id: UUID
    token_hash: bytes
    role: Role
    issued_at: datetime
    expires_at: datetime
    revoked: bool = False

    def lives_at(self, moment: datetime) -> bool:
        """Say whether the token opens anything at this moment."""
        return not self.revoked and moment < self.expires_at
