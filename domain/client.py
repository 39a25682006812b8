"""A client: its senders, their keys, its tokens, and when activities open for it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct, structs

from domain.credentials import KeyPair, Role, Token
from domain.errors import (
    ClientExistsError,
    NamelessError,
    OverlapTooShortError,
    UnknownKeysError,
    UnknownSenderError,
    UnknownTokenError,
)
from domain.sides import ProvidersNamed, SenderPreferred
from domain.turned_away import DeliveriesTurnedAway

OpeningPolicy: TypeAlias = Literal["on-request", "on-first-report"]

OWN_SENDER = "default"
"""The name of the sender whose keys are issued with the client."""

SHORTEST_OVERLAP = timedelta(minutes=20)
"""The sender re-delivers for 15 minutes, with the keys of the first attempt."""


class ClientRegistered(Struct, frozen=True, omit_defaults=True):
    """The client exists; activity ids are minted from `first_activity_id` on."""

    client_id: UUID
    name: str
    first_activity_id: int = 1


class SenderNamed(Struct, frozen=True, omit_defaults=True):
    """A ServiceChannel account reports to this client under this name."""

    sender: str


class KeysIssued(Struct, frozen=True, omit_defaults=True):
    """A sender got a pair of keys; only their keyed hashes are on record, 32 bytes each.

    `own_signing_key` says that the sender made the signing key, so that it can verify signatures.
    """

    key_id: UUID
    sender: str
    access_key_hash: bytes
    signing_key_hash: bytes
    own_signing_key: bool = False


class KeysRetired(Struct, frozen=True, omit_defaults=True):
    """A pair of keys opens nothing from `at` on."""

    key_id: UUID
    at: datetime


class TokenIssued(Struct, frozen=True, omit_defaults=True):
    """A bearer token with a role was issued; only its keyed hash is on record, 32 bytes."""

    token_id: UUID
    token_hash: bytes
    role: Role
    expires_at: datetime


class TokenRevoked(Struct, frozen=True, omit_defaults=True):
    """A token opens nothing any more."""

    token_id: UUID


class OpeningPolicyChosen(Struct, frozen=True, omit_defaults=True):
    """Says whether a work order's first report opens an activity by itself."""

    policy: OpeningPolicy


class DeliveryRulesChosen(Struct, frozen=True, omit_defaults=True):
    """Says which deliveries are refused.

    With `require_signature` those are the ones whose signature does not verify; without
    `refuse_malformed` a malformed body is kept and answered as if nothing were wrong with it, for
    senders that switch off after refusals.
    """

    require_signature: bool = False
    refuse_malformed: bool = True


class AttemptsRefused(Struct, frozen=True, omit_defaults=True):
    """In the minute that began at `minute`, so many were refused for keys, signature or body.

    `source` is the address they came from, empty for the sum of those without a count of their own.
    """

    minute: datetime
    count: int
    source: str = ""


class PingsSeen(Struct, frozen=True, omit_defaults=True):
    """In the minute that began at `minute`, so many pings arrived with good keys.

    A ping is an empty body, or a GET or HEAD that asks whether somebody is there.
    """

    minute: datetime
    count: int


ClientEvent: TypeAlias = (
    ClientRegistered
    | SenderNamed
    | SenderPreferred
    | ProvidersNamed
    | KeysIssued
    | KeysRetired
    | TokenIssued
    | TokenRevoked
    | OpeningPolicyChosen
    | DeliveryRulesChosen
    | AttemptsRefused
    | PingsSeen
    | DeliveriesTurnedAway
)


class Client(Struct, frozen=True):
    """A client as its decisions and the front door need it."""

    version: int = 0
    client_id: UUID | None = None
    name: str = ""
    first_activity_id: int = 1
    policy: OpeningPolicy = "on-request"
    rules: DeliveryRulesChosen = DeliveryRulesChosen()
    senders: frozenset[str] = frozenset()
    preferred_sender: str | None = None
    provider_ids: frozenset[int] = frozenset()
    keys: tuple[KeyPair, ...] = ()
    tokens: tuple[Token, ...] = ()

    @property
    def id(self) -> UUID:
        """The client's id. Raises `LookupError` before it is registered."""
        if self.client_id is None:
            raise LookupError("the client is not registered")
        return self.client_id


def evolve(client: Client, event: ClientEvent, recorded_at: datetime) -> Client:
    """Fold the stream's next event, recorded at `recorded_at`, into the client."""
    client = structs.replace(client, version=client.version + 1)
    match event:
        case ClientRegistered():
            return structs.replace(
                client,
                client_id=event.client_id,
                name=event.name,
                first_activity_id=event.first_activity_id,
            )
        case SenderNamed():
            return structs.replace(client, senders=client.senders | {event.sender})
        case SenderPreferred():
            return structs.replace(client, preferred_sender=event.sender)
        case ProvidersNamed():
            return structs.replace(client, provider_ids=frozenset(event.provider_ids))
        case KeysIssued() | KeysRetired():
            return structs.replace(client, keys=_keys(client, event, recorded_at))
        case OpeningPolicyChosen():
            return structs.replace(client, policy=event.policy)
        case DeliveryRulesChosen():
            return structs.replace(client, rules=event)
        case TokenIssued() | TokenRevoked():
            return structs.replace(client, tokens=_tokens(client, event, recorded_at))
        case AttemptsRefused() | PingsSeen() | DeliveriesTurnedAway():
            return client


def _keys(
    client: Client, event: KeysIssued | KeysRetired, recorded_at: datetime
) -> tuple[KeyPair, ...]:
    if isinstance(event, KeysRetired):
        return tuple(
            structs.replace(pair, retires_at=event.at) if pair.key_id == event.key_id else pair
            for pair in client.keys
        )
    issued = KeyPair(
        event.key_id,
        event.sender,
        event.access_key_hash,
        event.signing_key_hash,
        event.own_signing_key,
        recorded_at,
    )
    return (*client.keys, issued)


def _tokens(
    client: Client, event: TokenIssued | TokenRevoked, recorded_at: datetime
) -> tuple[Token, ...]:
    if isinstance(event, TokenIssued):
        issued = Token(event.token_id, event.token_hash, event.role, recorded_at, event.expires_at)
        return (*client.tokens, issued)
    return tuple(
        structs.replace(token, revoked=True) if token.token_id == event.token_id else token
        for token in client.tokens
    )


def register(
    client: Client, registered: ClientRegistered, policy: OpeningPolicy
) -> list[ClientEvent]:
    """Decide on a new client. Raises `ClientExistsError` and `NamelessError`."""
    if client.client_id is not None:
        raise ClientExistsError(client.client_id)
    if not registered.name.strip():
        raise NamelessError("client")
    return [registered, OpeningPolicyChosen(policy), SenderNamed(OWN_SENDER)]


def choose(
    client: Client, policy: OpeningPolicy | None, rules: DeliveryRulesChosen | None
) -> list[ClientEvent]:
    """Decide on changed policies; what stays as it is leaves no event."""
    chosen: list[ClientEvent] = []
    if policy is not None and policy != client.policy:
        chosen.append(OpeningPolicyChosen(policy))
    if rules is not None and rules != client.rules:
        chosen.append(rules)
    return chosen


def prefer(client: Client, sender: str | None) -> list[ClientEvent]:
    """Decide whose word is shown where senders disagree. Raises `UnknownSenderError`."""
    if sender is not None and sender not in client.senders:
        raise UnknownSenderError(sender)
    return [] if sender == client.preferred_sender else [SenderPreferred(sender)]


def name_providers(client: Client, provider_ids: Collection[int]) -> list[ClientEvent]:
    """Decide as which providers the sender knows the client; none are known where none are said."""
    wanted = frozenset(provider_ids)
    return [] if wanted == client.provider_ids else [ProvidersNamed(tuple(sorted(wanted)))]


def issue_keys(client: Client, issued: KeysIssued) -> list[ClientEvent]:
    """Decide on a new pair for a sender, who is named first where nobody knew of it.

    Raises `NamelessError`.
    """
    if not issued.sender.strip():
        raise NamelessError("sender")
    if issued.sender in client.senders:
        return [issued]
    return [SenderNamed(issued.sender), issued]


def rotate_keys(
    client: Client, issued: KeysIssued, overlap: timedelta, now: datetime
) -> list[ClientEvent]:
    """Decide on a new pair for a sender, whose living pairs retire after the overlap.

    Raises `OverlapTooShortError` for less than 20 minutes, and `UnknownSenderError` for a sender
    that never had a pair: a name mistyped must not leave the old keys alive unnoticed.
    """
    if not any(pair.sender == issued.sender for pair in client.keys):
        raise UnknownSenderError(issued.sender)
    if overlap < SHORTEST_OVERLAP:
        raise OverlapTooShortError(int(SHORTEST_OVERLAP.total_seconds()) // 60)
    end = now + overlap
    retired = [
        KeysRetired(pair.key_id, end)
        for pair in client.keys
        if pair.sender == issued.sender and pair.lives_at(end)
    ]
    return [*issue_keys(client, issued), *retired]


def retire_keys(client: Client, key_id: UUID, now: datetime) -> list[ClientEvent]:
    """Decide to end one pair at once. Raises `UnknownKeysError`."""
    if not any(pair.key_id == key_id and pair.lives_at(now) for pair in client.keys):
        raise UnknownKeysError(str(key_id))
    return [KeysRetired(key_id, now)]


def revoke_token(client: Client, token_id: UUID, now: datetime) -> list[ClientEvent]:
    """Decide to end a token at once. Raises `UnknownTokenError`."""
    if not any(token.token_id == token_id and token.lives_at(now) for token in client.tokens):
        raise UnknownTokenError(str(token_id))
    return [TokenRevoked(token_id)]
