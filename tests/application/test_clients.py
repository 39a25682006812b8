"""Clients and their keys: every change is on record, no secret ever is."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.clients import Clients
from domain.client import AttemptsRefused, Client, KeysRetired, PingsSeen, SenderNamed
from domain.errors import (
    ClientExistsError,
    OverlapTooShortError,
    UnknownClientError,
    UnknownKeysError,
)
from domain.identity import client_stream
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.secrets import PepperedHash
from tests.application.whole_log import WholeLog
from tests.recorded import ARRIVED

HASH = PepperedHash("a pepper for tests")


def names(whole_log: WholeLog) -> list[str]:
    return [type(recorded.event).__name__ for recorded in whole_log.events()]


def living(client: Client, minutes: int = 0) -> list[UUID]:
    moment = now() + timedelta(minutes=minutes)
    return [pair.key_id for pair in client.keys if pair.lives_at(moment)]


def test_a_new_client_has_a_policy_a_sender_and_a_pair_of_keys(
    clients: Clients, whole_log: WholeLog, client_id: UUID
) -> None:
    issued = clients.add("Harbour", "operator", "on-first-report", 1_000, client_id)
    client = clients.find("Harbour")
    assert (client.id, client.policy, client.first_activity_id) == (
        client_id,
        "on-first-report",
        1_000,
    )
    [pair] = client.keys
    assert (pair.key_id, pair.sender, pair.own_signing_key) == (issued.key_id, "default", False)
    assert names(whole_log) == [
        "ClientRegistered",
        "OpeningPolicyChosen",
        "SenderNamed",
        "KeysIssued",
    ]
    assert {it.originator_id for it in whole_log.events()} == {client_stream(client_id)}
    assert {it.client_id for it in whole_log.events()} == {client_id}


def test_who_did_it_is_on_record(clients: Clients, whole_log: WholeLog) -> None:
    clients.add("Harbour", "Ms Operator")
    clients.add_keys("Harbour", "Mr Operator", "provider side", None)
    actors = [recorded.metadata.actor for recorded in whole_log.events()]
    assert actors == ["Ms Operator"] * 4 + ["Mr Operator"] * 2


def test_no_secret_is_ever_stored(clients: Clients, database: Database) -> None:
    secrets: list[str] = ["the sender's own"]
    clients.add_keys(
        str(clients.add("Harbour", "operator").client_id), "operator", "other", secrets[0]
    )
    for issued in (
        clients.add("Airport", "operator"),
        clients.add_keys("Airport", "operator", "other", None),
        clients.rotate_keys("Airport", "operator", "other", timedelta(hours=1)),
    ):
        assert issued.signing_key is not None
        secrets += [issued.access_key, issued.signing_key]
    assert len(set(secrets)) == 7
    with database.connection() as connection:
        states = connection.execute("SELECT state FROM event_log").fetchall()
    for secret in secrets:
        assert all(secret.encode() not in bytes(state) for (state,) in states)
    hashes = {
        found
        for client in clients.all()
        for pair in client.keys
        for found in (pair.access_key_hash, pair.signing_key_hash)
    }
    assert {HASH(secret) for secret in secrets} <= hashes


def test_an_id_is_registered_once(clients: Clients, whole_log: WholeLog, client_id: UUID) -> None:
    clients.add("Harbour", "operator", client_id=client_id)
    with pytest.raises(ClientExistsError):
        clients.add("Airport", "operator", client_id=client_id)
    assert len(whole_log.events()) == 4


def test_keys_around_the_senders_own_signing_key_do_not_give_it_back(clients: Clients) -> None:
    clients.add("Harbour", "operator")
    issued = clients.add_keys("Harbour", "operator", "default", "shown on the sender's screen")
    assert issued.signing_key is None
    pair = clients.find("Harbour").keys[-1]
    assert pair.own_signing_key
    assert pair.signing_key_hash == HASH("shown on the sender's screen")


def test_a_sender_is_named_once(clients: Clients, whole_log: WholeLog) -> None:
    clients.add("Harbour", "operator")
    for _ in range(2):
        clients.add_keys("Harbour", "operator", "provider side", None)
    named = [it.event.sender for it in whole_log.events() if isinstance(it.event, SenderNamed)]
    assert named == ["default", "provider side"]


def test_old_keys_of_that_sender_outlive_a_rotation_by_the_overlap(clients: Clients) -> None:
    first = clients.add("Harbour", "operator")
    other = clients.add_keys("Harbour", "operator", "provider side", None)
    new = clients.rotate_keys("Harbour", "operator", "default", timedelta(minutes=60))
    client = clients.find("Harbour")
    assert living(client, 59) == [first.key_id, other.key_id, new.key_id]
    assert living(client, 61) == [other.key_id, new.key_id]


def test_an_overlap_must_outlast_the_senders_re_deliveries(
    clients: Clients, whole_log: WholeLog
) -> None:
    clients.add("Harbour", "operator")
    with pytest.raises(OverlapTooShortError, match="20 minutes"):
        clients.rotate_keys("Harbour", "operator", "default", timedelta(minutes=19))
    assert len(whole_log.events()) == 4


def test_a_retired_pair_is_dead_at_once(clients: Clients, whole_log: WholeLog) -> None:
    issued = clients.add("Harbour", "operator")
    clients.retire_keys("Harbour", "operator", issued.key_id)
    assert living(clients.find("Harbour")) == []
    retired = [it.event for it in whole_log.events() if isinstance(it.event, KeysRetired)]
    assert [event.key_id for event in retired] == [issued.key_id]


def test_only_a_living_pair_of_that_client_can_be_retired(clients: Clients) -> None:
    first, second = clients.add("Harbour", "operator"), clients.add("Airport", "operator")
    clients.retire_keys("Harbour", "operator", first.key_id)
    for key_id in (first.key_id, second.key_id, uuid4()):
        with pytest.raises(UnknownKeysError):
            clients.retire_keys("Harbour", "operator", key_id)


def test_a_client_that_is_not_there_is_told(clients: Clients, whole_log: WholeLog) -> None:
    with pytest.raises(UnknownClientError):
        clients.add_keys("Harbour", "operator", "default", None)
    assert whole_log.events() == []


def test_counts_leave_the_client_as_it_is(
    clients: Clients, whole_log: WholeLog, client_id: UUID
) -> None:
    clients.add("Harbour", "operator", client_id=client_id)
    before = clients.find("Harbour")
    for counted in (AttemptsRefused(ARRIVED, 7), PingsSeen(ARRIVED, 2)):
        clients.count(client_id, counted)
    assert clients.find("Harbour") == before
    counts = [it.event for it in whole_log.events()[-2:]]
    assert counts == [AttemptsRefused(ARRIVED, 7), PingsSeen(ARRIVED, 2)]
    clients.retire_keys("Harbour", "operator", before.keys[0].key_id)
    assert whole_log.events()[-1].originator_version == 7
