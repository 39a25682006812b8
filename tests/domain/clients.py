"""A client's past and its commands, in words: keys are `issued` on record, `issue` is the wish."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from typing import TypeAlias
from uuid import UUID

from domain import client as domain
from domain.client import (
    OWN_SENDER,
    Client,
    ClientEvent,
    ClientRegistered,
    KeysIssued,
    KeysRetired,
    OpeningPolicy,
    OpeningPolicyChosen,
    SenderNamed,
    evolve,
)
from domain.sides import ProvidersNamed, SenderPreferred
from tests.domain.activities import CLIENT
from tests.domain.given import NOON, Given, Past

ClientPast: TypeAlias = Past[ClientEvent]
Decide: TypeAlias = Callable[[Client], Sequence[ClientEvent]]

DAY = timedelta(days=1)


def client_after(past: Sequence[ClientPast]) -> Client:
    return reduce(lambda known, told: evolve(known, told.event, told.at), past, Client())


def given(*past: ClientPast) -> Given[Client, ClientEvent]:
    return Given(client_after(past))


def registered(first_activity_id: int = 1) -> ClientPast:
    return Past(ClientRegistered(CLIENT, "Acme", first_activity_id))


def named(sender: str) -> ClientPast:
    return Past(SenderNamed(sender))


def chosen(policy: OpeningPolicy) -> ClientPast:
    return Past(OpeningPolicyChosen(policy))


def preferred(sender: str | None) -> ClientPast:
    return Past(SenderPreferred(sender))


def known_as(*provider_ids: int) -> ClientPast:
    return Past(ProvidersNamed(provider_ids))


def issued(key_id: UUID, sender: str = OWN_SENDER, *, own: bool = False) -> ClientPast:
    return Past(_pair(key_id, sender, own))


def retired(key_id: UUID, at: datetime) -> ClientPast:
    return Past(KeysRetired(key_id, at))


def register(policy: OpeningPolicy = "on-request") -> Decide:
    return lambda client: domain.register(client, ClientRegistered(CLIENT, "Acme"), policy)


def prefer(sender: str | None) -> Decide:
    return lambda client: domain.prefer(client, sender)


def name_providers(*provider_ids: int) -> Decide:
    return lambda client: domain.name_providers(client, provider_ids)


def issue(key_id: UUID, sender: str = OWN_SENDER) -> Decide:
    return lambda client: domain.issue_keys(client, _pair(key_id, sender))


def rotate(
    key_id: UUID, sender: str = OWN_SENDER, *, overlap: timedelta = DAY, now: datetime = NOON
) -> Decide:
    return lambda client: domain.rotate_keys(client, _pair(key_id, sender), overlap, now)


def retire(key_id: UUID, now: datetime = NOON) -> Decide:
    return lambda client: domain.retire_keys(client, key_id, now)


def _pair(key_id: UUID, sender: str, own: bool = False) -> KeysIssued:
    return KeysIssued(key_id, sender, b"a" * 32, b"s" * 32, own)
