"""Registering clients, and issuing, rotating and retiring their keys."""

import hmac
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import TypeAlias
from uuid import UUID

from msgspec import Struct, structs

from application.aggregates import Aggregates
from application.ports import KeyedHash
from application.registry import Registry
from domain.client import (
    OWN_SENDER,
    AttemptsRefused,
    Client,
    ClientEvent,
    ClientRegistered,
    KeysIssued,
    OpeningPolicy,
    PingsSeen,
    choose,
    evolve,
    issue_keys,
    name_providers,
    prefer,
    register,
    retire_keys,
    rotate_keys,
)
from domain.identity import client_stream
from domain.metadata import Metadata
from domain.record import RecordedEvent
from domain.turned_away import DeliveriesTurnedAway

_Secrets: TypeAlias = tuple[str, str | None]
Decision: TypeAlias = Callable[[Client], list[ClientEvent]]


class IssuedKeys(Struct, frozen=True):
    """A new pair; the only place where its secrets are ever seen.

    `signing_key` is `None` where the sender made it and has it already.
    """

    client_id: UUID
    name: str
    key_id: UUID
    sender: str
    access_key: str
    signing_key: str | None


class Clients:
    """What an operator does with clients."""

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

    def add(
        self,
        name: str,
        actor: str,
        policy: OpeningPolicy = "on-request",
        first_activity_id: int = 1,
        client_id: UUID | None = None,
    ) -> IssuedKeys:
        """Register a client with a first pair of keys. Raises `ClientExistsError`."""
        chosen_id = client_id or self._new_id()
        issued, secrets = self._new_pair(OWN_SENDER, None)
        registered = ClientRegistered(chosen_id, name, first_activity_id)
        self._change(
            chosen_id, actor, lambda client: [*register(client, registered, policy), issued]
        )
        return _issued(chosen_id, name, issued, secrets)

    def change(
        self,
        client: str,
        actor: str,
        policy: OpeningPolicy | None,
        require_signature: bool | None,
        refuse_malformed: bool | None,
    ) -> Client:
        """Change what is not `None` and return the client as it is then."""
        known = self.find(client)
        rules = known.rules
        changed = structs.replace(
            rules,
            require_signature=_chosen(require_signature, rules.require_signature),
            refuse_malformed=_chosen(refuse_malformed, rules.refuse_malformed),
        )
        self._change(known.id, actor, lambda state: choose(state, policy, changed))
        return self.find(str(known.id))

    def prefer(self, client: str, actor: str, sender: str | None) -> Client:
        """Show what this sender says where senders disagree, or what was said last.

        Raises `UnknownSenderError`.
        """
        known = self.find(client)
        self._change(known.id, actor, lambda state: prefer(state, sender))
        return self.find(str(known.id))

    def name_providers(self, client: str, actor: str, provider_ids: Collection[int]) -> Client:
        """Say as which providers the sender knows the client."""
        known = self.find(client)
        self._change(known.id, actor, lambda state: name_providers(state, provider_ids))
        return self.find(str(known.id))

    def all(self) -> Sequence[Client]:
        """Return all clients, by name."""
        self._registry.reload()
        return self._registry.all()

    def opens(self, client: Client, access_key: str) -> bool:
        """Say whether this access key is of a living pair of the client."""
        known, now = self._hash(access_key), self._now()
        return any(
            hmac.compare_digest(pair.access_key_hash, known) and pair.lives_at(now)
            for pair in client.keys
        )

    def find(self, client: str) -> Client:
        """Return the client of this id or name. Raises `UnknownClientError`."""
        self._registry.reload()
        return self._registry.find(client)

    def add_keys(self, client: str, actor: str, sender: str, signing_key: str | None) -> IssuedKeys:
        """Issue another pair to a sender; with `signing_key`, around the one that it made."""
        known = self.find(client)
        issued, secrets = self._new_pair(sender, signing_key)
        self._change(known.id, actor, lambda state: issue_keys(state, issued))
        return _issued(known.id, known.name, issued, secrets)

    def rotate_keys(self, client: str, actor: str, sender: str, overlap: timedelta) -> IssuedKeys:
        """Issue a new pair to a sender and let its old ones live for the overlap.

        Raises `OverlapTooShortError`.
        """
        known = self.find(client)
        issued, secrets = self._new_pair(sender, None)
        self._change(
            known.id, actor, lambda state: rotate_keys(state, issued, overlap, self._now())
        )
        return _issued(known.id, known.name, issued, secrets)

    def retire_keys(self, client: str, actor: str, key_id: UUID) -> None:
        """End a pair at once. Raises `UnknownKeysError`."""
        known = self.find(client)
        self._change(known.id, actor, lambda state: retire_keys(state, key_id, self._now()))

    def count(
        self,
        client_id: UUID,
        counted: AttemptsRefused | PingsSeen | DeliveriesTurnedAway,
        sender: str | None = None,
    ) -> None:
        """Put a minute's count of what leaves no event of its own on record."""
        metadata = Metadata("webhook", sender=sender)
        self._aggregates.change(
            client_id, client_stream(client_id), fold_client, lambda _: [counted], metadata
        )

    def _new_pair(self, sender: str, signing_key: str | None) -> tuple[KeysIssued, _Secrets]:
        access_key, own_key = self._new_secret(), signing_key or self._new_secret()
        issued = KeysIssued(
            key_id=self._new_id(),
            sender=sender,
            access_key_hash=self._hash(access_key),
            signing_key_hash=self._hash(own_key),
            own_signing_key=signing_key is not None,
        )
        return issued, (access_key, None if signing_key else own_key)

    def _change(self, client_id: UUID, actor: str, decide: Decision) -> None:
        metadata = Metadata("command", actor=actor)
        self._aggregates.change(client_id, client_stream(client_id), fold_client, decide, metadata)


def fold_client(events: Iterable[RecordedEvent]) -> Client:
    """Fold the events of one client."""
    return reduce(_step, events, Client())


def _chosen(wanted: bool | None, present: bool) -> bool:
    return present if wanted is None else wanted


def _step(client: Client, recorded: RecordedEvent) -> Client:
    event, moment = recorded.event, recorded.recorded_at
    if isinstance(event, ClientEvent) and moment is not None:
        return evolve(client, event, moment)
    return client


def _issued(client_id: UUID, name: str, issued: KeysIssued, secrets: _Secrets) -> IssuedKeys:
    access_key, signing_key = secrets
    return IssuedKeys(client_id, name, issued.key_id, issued.sender, access_key, signing_key)
