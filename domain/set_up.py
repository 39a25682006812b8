"""How far a client's set-up is, told from what is on record of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

from domain.client import SHORTEST_OVERLAP, Client
from domain.credentials import KeyPair
from domain.metadata import SignatureVerdict

StepState: TypeAlias = Literal["done", "waiting", "wrong"]


class Step(Struct, frozen=True):
    """A step of the set-up, how it stands, and a sentence about it."""

    name: str
    state: StepState
    sentence: str


class Seen(Struct, frozen=True):
    """What was seen of a client.

    `signatures` has the verdict on each sender's last delivery, `uses` when each pair of keys was
    last used.
    """

    last_ping: datetime | None = None
    last_test: date | None = None
    first_report: date | None = None
    signatures: Mapping[str, SignatureVerdict | None] = {}
    uses: Mapping[UUID, datetime] = {}


def steps(client: Client, seen: Seen, now: datetime) -> list[Step]:
    """Return the steps that the sender's deliveries prove, in the order in which they are made."""
    return [
        _seen("ping", seen.last_ping, "last at {:%Y-%m-%d %H:%M}Z", _NO_PING),
        _seen("test", seen.last_test, "last on {}", "No test notification was seen."),
        _signature(client, seen.signatures),
        _seen("report", seen.first_report, "first on {}", "No work order was reported."),
        _old_keys(client, seen.uses, now),
    ]


_NO_PING = "No ping was seen: no empty body, and no GET or HEAD with the keys."


def _seen(name: str, moment: date | None, when: str, never: str) -> Step:
    if moment is None:
        return Step(name, "waiting", never)
    return Step(name, "done", f"Seen, {when.format(moment)}.")


def _signature(client: Client, signatures: Mapping[str, SignatureVerdict | None]) -> Step:
    told = [_signed(sender, verdict) for sender, verdict in sorted(signatures.items())]
    if not told:
        return Step("signature", "waiting", _unsigned_yet(client))
    # What is wrong is said before what is only waited for.
    order = ("wrong", "waiting", "done")
    return min(told, key=lambda step: order.index(step.state))


def _signed(sender: str, verdict: SignatureVerdict | None) -> Step:
    match verdict:
        case "verified":
            return Step("signature", "done", f"The last delivery of {sender} is verified.")
        case "mismatch":
            return Step(
                "signature",
                "wrong",
                f"The last delivery of {sender} is signed with another key than its address has: "
                "register the sender's present one with 'clients keys add --signing-key'.",
            )
        case "unverifiable":
            return Step("signature", "waiting", _OURS.format(sender))
        case _:
            return Step("signature", "waiting", f"The last delivery of {sender} is not signed.")


_OURS = (
    "The signing key of {} is one of ours, with which nothing can be verified: register the "
    "sender's own with 'clients keys add --signing-key'."
)


def _unsigned_yet(client: Client) -> str:
    if any(pair.own_signing_key for pair in client.keys):
        return "No delivery was seen."
    return "No delivery was seen, and no sender's own signing key is registered."


def _old_keys(client: Client, uses: Mapping[UUID, datetime], now: datetime) -> Step:
    told: list[Step] = []
    for sender in sorted(client.senders):
        pairs = [pair for pair in client.keys if pair.sender == sender and pair.lives_at(now)]
        newest_last = sorted(pairs, key=lambda pair: pair.issued_at)
        told += [_old(pair, newest_last[-1], uses, now) for pair in newest_last[:-1]]
    if not told:
        return Step("old keys", "done", "There are none.")
    return min(told, key=lambda step: step.state == "done")


def _old(pair: KeyPair, newest: KeyPair, uses: Mapping[UUID, datetime], now: datetime) -> Step:
    name, used = f"The old keys {pair.key_id} of {pair.sender}", uses.get(pair.key_id)
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
