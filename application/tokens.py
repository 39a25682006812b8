"""Bearer tokens: issued once, checked in memory, expiring, revocable."""

import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct

from application.aggregates import Aggregates
from application.clients import fold_client
from application.ports import KeyedHash
from application.registry import Registry
from domain.client import TokenIssued, revoke_token
from domain.credentials import Role, Token
from domain.errors import TokenScopeError, UnknownTokenError
from domain.identity import INSTALLATION, client_stream
from domain.metadata import Metadata
from domain.record import Event


class IssuedToken(Struct, frozen=True):
    """A new token; the only place where its secret is ever seen."""

    token: str
    token_id: UUID
    role: Role
    client_id: UUID | None
    expires_at: datetime


class Bearer(Struct, frozen=True):
    """Who presented a living token; `client_id` is `None` of one that is for all clients."""

    token_id: UUID
    role: Role
    client_id: UUID | None


class Tokens:
    """Issues, checks and revokes tokens."""

    def __init__(
        self,
        aggregates: Aggregates,
        registry: Registry,
        keyed_hash: KeyedHash,
        new_secret: Callable[[], str],
        new_id: Callable[[], UUID],
        now: Callable[[], datetime],
    ) -> None:
        self._aggregates = aggregates
        self._registry = registry
        self._hash = keyed_hash
        self._new_secret = new_secret
        self._new_id = new_id
        self._now = now

    def issue(
        self, role: Role, client_id: UUID | None, lifetime: timedelta, actor: str
    ) -> IssuedToken:
        """Issue a token. Raises `TokenScopeError`."""
        if role == "integrator" and client_id is None:
            raise TokenScopeError("An integrator's token is for one client: name it.")
        if role == "operator" and client_id is not None:
            raise TokenScopeError("An operator's token is for all clients: name none.")
        secret, token_id = self._new_secret(), self._new_id()
        expires_at = self._now() + lifetime
        issued = TokenIssued(token_id, self._hash(secret), role, expires_at)
        self._record(client_id or INSTALLATION, [issued], actor)
        return IssuedToken(secret, token_id, role, client_id, expires_at)

    def revoke(self, token_id: UUID, actor: str) -> None:
        """End a token at once. Raises `UnknownTokenError`."""
        for owner, token in self.all():
            if token.token_id == token_id:
                self._aggregates.change(
                    owner,
                    client_stream(owner),
                    fold_client,
                    lambda client: revoke_token(client, token_id, self._now()),
                    Metadata("command", actor=actor),
                )
                return
        raise UnknownTokenError(str(token_id))

    def all(self) -> Sequence[tuple[UUID, Token]]:
        """Return all tokens with the client of each, or the installation."""
        self._registry.reload()
        return self._registry.tokens()

    def bearer(self, presented: str) -> Bearer | None:
        """Return who presented this token, as far as this process knows."""
        known_hash, now = self._hash(presented), self._now()
        for owner, token in self._registry.tokens():
            if hmac.compare_digest(token.token_hash, known_hash) and token.lives_at(now):
                client_id = None if owner == INSTALLATION else owner
                return Bearer(token.token_id, token.role, client_id)
        return None

    def _record(self, owner: UUID, events: Iterable[Event], actor: str) -> None:
        self._aggregates.change(
            owner,
            client_stream(owner),
            fold_client,
            lambda _: list(events),
            Metadata("command", actor=actor),
        )
