"""How far a client's set-up is, told from what is on record of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.client import SHORTEST_OVERLAP, Client
from domain.credentials import KeyPair
from domain.metadata import SignatureVerdict

StepState: TypeAlias = Literal["done", "waiting", "wrong"]


class Step(Struct, frozen=True):
    """A step of the set-up, how it stands, and a sentence about it; `sender` whose step it is."""

    name: str
    state: StepState
    sentence: str
    sender: str | None = None


class LastDelivery(Struct, frozen=True):
    """When a sender's newest delivery arrived, and the verdict on its signature."""

    arrived_at: datetime
    signature: SignatureVerdict | None = None


class SenderSeen(Struct, frozen=True):
    """What was seen of one sender; days are in UTC."""

    last_ping: datetime | None = None
    last_test: date | None = None
    first_report: date | None = None
    last_delivery: LastDelivery | None = None


class Seen(Struct, frozen=True):
    """What was seen of a client: of each sender, and when each pair of keys was last used."""

    senders: Mapping[str, SenderSeen] = {}
    uses: Mapping[UUID, datetime] = {}


def steps(client: Client, seen: Seen, now: datetime) -> list[Step]:
    """Return the steps that deliveries prove, in the order in which they are made.

    Each sender with living keys has its own: what one has done, another may still have to do.
    """
    living = [pair for pair in client.keys if pair.lives_at(now)]
    senders = sorted({pair.sender for pair in living})
    if not senders:
        return [Step("keys", "wrong", _NO_KEYS)]
    return [
        Step(step.name, step.state, step.sentence, sender)
        for sender in senders
        for step in _of_sender(
            [pair for pair in living if pair.sender == sender],
            seen.senders.get(sender, SenderSeen()),
            seen.uses,
            now,
            is_alone=len(senders) == 1,
        )
    ]


def _of_sender(
    pairs: Sequence[KeyPair],
    seen: SenderSeen,
    uses: Mapping[UUID, datetime],
    now: datetime,
    *,
    is_alone: bool,
) -> Iterator[Step]:
    yield _seen("ping", seen.last_ping, "last at {:%Y-%m-%d %H:%M}Z", _NO_PING)
    yield _seen("test", seen.last_test, "last on {}", "No test notification was seen.")
    if seen.last_delivery is None:
        yield Step("signature", "waiting", _undelivered(pairs, is_alone=is_alone))
    else:
        yield _signed(seen.last_delivery)
    yield _seen("report", seen.first_report, "first on {}", "No work order was reported.")
    yield _old_keys(pairs, uses, now)


_NO_KEYS = "No keys open its address: issue some with 'clients keys add'."
_NO_PING = "No ping was seen: no empty body, and no GET or HEAD with the keys."


def _seen(name: str, moment: date | None, when: str, never: str) -> Step:
    if moment is None:
        return Step(name, "waiting", never)
    return Step(name, "done", f"Seen, {when.format(moment)}.")


def _undelivered(pairs: Sequence[KeyPair], *, is_alone: bool) -> str:
    if not is_alone:
        return (
            "No delivery was seen; keys that no account is given are retired with "
            "'clients keys retire'."
        )
    if any(pair.own_signing_key for pair in pairs):
        return "No delivery was seen."
    return "No delivery was seen, and no sender's own signing key is registered."


def _signed(last: LastDelivery) -> Step:
    state, told = _VERDICTS.get(last.signature or "unsigned", _UNSIGNED)
    sentence = f"The last delivery, at {last.arrived_at:%Y-%m-%d %H:%M}Z, {told}"
    return Step("signature", state, sentence)


_UNSIGNED: tuple[StepState, str] = ("waiting", "is not signed.")
_VERDICTS: dict[str, tuple[StepState, str]] = {
    "verified": ("done", "is verified."),
    "mismatch": (
        "wrong",
        "is signed with another key than its address has: register the sender's present one with "
        "'clients keys add --signing-key'.",
    ),
    "unverifiable": (
        "waiting",
        "cannot be verified, since the signing key is one of ours: register the sender's own with "
        "'clients keys add --signing-key'.",
    ),
}


def _old_keys(pairs: Sequence[KeyPair], uses: Mapping[UUID, datetime], now: datetime) -> Step:
    *old, newest = sorted(pairs, key=lambda pair: pair.issued_at)
    told = [_old(pair, newest, uses, now) for pair in old]
    if not told:
        return Step("old keys", "done", "There are none.")
    return min(told, key=lambda step: step.state == "done")


def _old(pair: KeyPair, newest: KeyPair, uses: Mapping[UUID, datetime], now: datetime) -> Step:
    name, used = f"The old keys {pair.key_id}", uses.get(pair.key_id)
    if newest.key_id not in uses:
        return Step("old keys", "waiting", f"{name} stay: the new ones were not used yet.")
    if used is not None and now - used < SHORTEST_OVERLAP:
        minutes = int(SHORTEST_OVERLAP.total_seconds()) // 60
        return Step(
            "old keys",
            "waiting",
            f"{name} were used at {used:%Y-%m-%d %H:%M}Z: wait until they are idle for {minutes} "
            "minutes.",
        )
    since = "were never used" if used is None else f"are idle since {used:%Y-%m-%d %H:%M}Z"
    return Step(
        "old keys", "done", f"{name} {since} and safe to retire with 'clients keys retire'."
    )
