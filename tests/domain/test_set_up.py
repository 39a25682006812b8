"""A client's set-up is told step by step from what was seen of it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.client import Client
from domain.credentials import KeyPair
from domain.metadata import SignatureVerdict
from domain.set_up import Seen, Step, StepState, steps

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW = UUID(int=1), UUID(int=2)


def pair(key_id: UUID, *, days: int, sender: str = "default", own: bool = False) -> KeyPair:
    issued = NOW - timedelta(days=days)
    return KeyPair(key_id, sender, bytes(32), bytes(32), own_signing_key=own, issued_at=issued)


def client(*keys: KeyPair) -> Client:
    return Client(client_id=UUID(int=9), senders=frozenset({"default", "other"}), keys=keys)


def step(name: str, seen: Seen, known: Client | None = None) -> Step:
    [found] = [it for it in steps(known or client(), seen, NOW) if it.name == name]
    return found


def test_the_steps_come_in_the_order_in_which_they_are_made() -> None:
    found = steps(client(pair(OLD, days=1, own=True)), Seen(), NOW)
    assert [(it.name, it.state) for it in found] == [
        ("ping", "waiting"),
        ("test", "waiting"),
        ("signature", "waiting"),
        ("report", "waiting"),
        ("old keys", "done"),
    ]
    assert found[2].sentence == "No delivery was seen."


def test_what_was_seen_is_done_and_says_when() -> None:
    seen = Seen(last_ping=NOW, last_test=date(2026, 2, 3), first_report=date(2026, 2, 4))
    assert step("ping", seen) == Step("ping", "done", "Seen, last at 2026-03-01 12:00Z.")
    assert step("test", seen) == Step("test", "done", "Seen, last on 2026-02-03.")
    assert step("report", seen) == Step("report", "done", "Seen, first on 2026-02-04.")


@pytest.mark.parametrize(
    ("signatures", "state", "word"),
    [
        ({}, "waiting", "no sender's own signing key"),
        ({"default": "verified"}, "done", "verified"),
        ({"default": "mismatch"}, "wrong", "another key"),
        ({"default": "unverifiable"}, "waiting", "one of ours"),
        ({"default": "unsigned"}, "waiting", "not signed"),
        ({"default": None}, "waiting", "not signed"),
        ({"default": "verified", "other": "unsigned"}, "waiting", "other"),
        ({"default": "unsigned", "other": "mismatch"}, "wrong", "other"),
    ],
)
def test_a_signature_is_done_only_where_every_senders_last_one_is_verified(
    signatures: dict[str, SignatureVerdict | None], state: StepState, word: str
) -> None:
    found = step("signature", Seen(signatures=signatures))
    assert found.state == state
    assert word in found.sentence


@pytest.mark.parametrize(
    ("uses", "state", "word"),
    [
        ({}, "waiting", "not used yet"),
        ({OLD: NOW - timedelta(days=1)}, "waiting", "not used yet"),
        ({OLD: NOW - timedelta(minutes=19), NEW: NOW}, "waiting", "11:41Z: wait"),
        ({OLD: NOW - timedelta(minutes=20), NEW: NOW}, "done", "idle since 2026-03-01 11:40Z"),
        ({NEW: NOW}, "done", "were never used"),
    ],
)
def test_old_keys_are_safe_to_retire_once_the_new_ones_are_used_and_they_are_idle(
    uses: dict[UUID, datetime], state: StepState, word: str
) -> None:
    known = client(pair(NEW, days=1), pair(OLD, days=2))
    found = step("old keys", Seen(uses=uses), known)
    assert found.state == state
    assert word in found.sentence
    assert str(OLD) in found.sentence


def test_retired_keys_and_another_senders_are_not_old_keys() -> None:
    retired = KeyPair(OLD, "default", bytes(32), bytes(32), own_signing_key=False,
                      issued_at=NOW - timedelta(days=2), retires_at=NOW)  # fmt: skip
    others = pair(UUID(int=3), days=3, sender="other")
    known = client(retired, pair(NEW, days=1), others)
    assert step("old keys", Seen(), known) == Step("old keys", "done", "There are none.")
