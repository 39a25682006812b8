"""A client's set-up is told step by step from what was seen of each of its senders."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.client import Client
from domain.credentials import KeyPair
from domain.metadata import SignatureVerdict
from domain.set_up import LastDelivery, Seen, SenderSeen, Step, StepState, steps

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW = UUID(int=1), UUID(int=2)
STEPS = ["ping", "test", "signature", "report", "old keys"]
ALL_DONE = SenderSeen(NOW, NOW.date(), NOW.date(), LastDelivery(NOW, "verified"))


def pair(key_id: UUID, *, days: int, sender: str = "default", own: bool = False) -> KeyPair:
    issued = NOW - timedelta(days=days)
    return KeyPair(key_id, sender, bytes(32), bytes(32), own_signing_key=own, issued_at=issued)


def retired(key_id: UUID, sender: str = "default") -> KeyPair:
    return KeyPair(key_id, sender, bytes(32), bytes(32), own_signing_key=False,
                   issued_at=NOW - timedelta(days=2), retires_at=NOW)  # fmt: skip


def client(*keys: KeyPair) -> Client:
    senders = frozenset(key.sender for key in keys)
    return Client(client_id=UUID(int=9), senders=senders, keys=keys)


ONE, TWO = client(pair(OLD, days=1)), client(pair(OLD, days=1), pair(NEW, days=1, sender="other"))


def step(name: str, seen: Seen, known: Client = ONE, sender: str = "default") -> Step:
    [found] = [it for it in steps(known, seen, NOW) if (it.name, it.sender) == (name, sender)]
    return found


def of_default(seen: SenderSeen) -> Seen:
    return Seen({"default": seen})


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
    seen = of_default(SenderSeen(NOW, date(2026, 2, 3), date(2026, 2, 4)))
    assert step("ping", seen) == Step("ping", "done", "Seen, last at 2026-03-01 12:00Z.", "default")
    assert step("test", seen) == Step("test", "done", "Seen, last on 2026-02-03.", "default")
    assert step("report", seen) == Step("report", "done", "Seen, first on 2026-02-04.", "default")


def test_what_one_sender_has_done_another_still_waits_for() -> None:
    found = steps(TWO, of_default(ALL_DONE), NOW)
    assert [(it.sender, it.name) for it in found] == [
        (sender, name) for sender in ("default", "other") for name in STEPS
    ]
    assert {it.state for it in found if it.sender == "default"} == {"done"}
    waiting = [it.name for it in found if it.sender == "other" and it.state == "waiting"]
    assert waiting == ["ping", "test", "signature", "report"]
    both = Seen({"default": ALL_DONE, "other": ALL_DONE})
    assert {it.state for it in steps(TWO, both, NOW)} == {"done"}


def test_keys_that_nobody_uses_are_said_to_be_retired() -> None:
    told = step("signature", of_default(ALL_DONE), TWO, "other").sentence
    assert "keys that no account is given are retired with 'clients keys retire'" in told


def test_a_sender_without_living_keys_is_not_waited_for() -> None:
    known = client(pair(OLD, days=1), retired(NEW, "other"))
    assert {it.sender for it in steps(known, of_default(ALL_DONE), NOW)} == {"default"}


def test_without_any_living_keys_nothing_is_done() -> None:
    [told] = steps(client(retired(OLD)), of_default(ALL_DONE), NOW)
    assert (told.name, told.state) == ("keys", "wrong")


@pytest.mark.parametrize(
    ("verdict", "state", "word"),
    [
        ("verified", "done", "at 2026-03-01 12:00Z, is verified"),
        ("mismatch", "wrong", "another key"),
        ("unverifiable", "waiting", "one of ours"),
        ("unsigned", "waiting", "not signed"),
        (None, "waiting", "not signed"),
    ],
)
def test_a_signature_is_done_where_the_senders_last_one_is_verified(
    verdict: SignatureVerdict | None, state: StepState, word: str
) -> None:
    found = step("signature", of_default(SenderSeen(last_delivery=LastDelivery(NOW, verdict))))
    assert found.state == state
    assert word in found.sentence


def test_before_any_delivery_a_signing_key_that_lacks_is_told() -> None:
    assert "no sender's own signing key is registered" in step("signature", Seen()).sentence


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
    others = pair(UUID(int=3), days=3, sender="other")
    known = client(retired(OLD), pair(NEW, days=1), others)
    told = Step("old keys", "done", "There are none.", "default")
    assert step("old keys", Seen(), known) == told
