"""What is to be known of a work order after what its accounts told, as the play itself has it.

Nothing here folds: an account's word on a field is the last that it said in its own order of time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import TypeAlias

from msgspec import Struct

from domain.document import JsonValue, decode
from domain.notification import Path, read
from domain.work_order import PROVIDER, path_text
from interfaces.simulator.accounts import Account
from interfaces.simulator.truth import truth
from tests.interfaces.simulator.truth import State, of_the_page
from tests.interfaces.told_play import OURS, PLAN, SENDERS, digest, reports

Heard: TypeAlias = frozenset[tuple[str, str]]
"""Of every delivery that is on record, its sender and its digest."""


class Word(Struct, frozen=True):
    """What an account said last on a field, and when; what bears no date comes after all else."""

    value: JsonValue
    at: datetime


Words: TypeAlias = Mapping[Path, Mapping[str, Word]]
"""On every field of the page, each sender's."""

_Said: TypeAlias = tuple[datetime, int, State]
"""When something was said, of which work order, and what."""

_UNDATED = datetime.max.replace(tzinfo=UTC)


def words(heard: Heard, asked: Iterable[Account]) -> Mapping[int, Words]:
    """Return the words on each work order after these deliveries, and after these were asked."""
    found: dict[int, dict[Path, dict[str, Word]]] = defaultdict(lambda: defaultdict(dict))
    for account, sender in SENDERS.items():
        told = [said for name, said in _told(account) if (sender, name) in heard]
        if account in asked:
            told += _answered(account)
        for at, work_order_id, facts in sorted(told, key=lambda it: it[0]):
            for path, value in facts.items():
                found[work_order_id][path][sender] = Word(value, at)
    return found


def disputes(of_work_order: Words) -> dict[str, dict[str, JsonValue]]:
    """Return the fields on which the words differ, with each sender's value."""
    return {
        path_text(path): {sender: word.value for sender, word in by_sender.items()}
        for path, by_sender in of_work_order.items()
        if not _agree([word.value for word in by_sender.values()])
    }


def is_shown(value: JsonValue, by_sender: Mapping[str, Word]) -> bool:
    """Say whether a value is a last word; of words at the same time either may be."""
    latest = max(word.at for word in by_sender.values())
    return any(word.value == value for word in by_sender.values() if word.at == latest)


class Away(Struct, frozen=True):
    """That a work order was elsewhere: with whom, from when, and until when if it came back."""

    provider: int
    since: datetime
    until: datetime | None = None


@cache
def absences() -> Mapping[int, list[Away]]:
    """Return when each work order of the play that went away from our provider was elsewhere."""
    found: dict[int, list[Away]] = defaultdict(list)
    last: dict[int, JsonValue] = {}
    told = [said for _, said in _told(Account.SUBSCRIBER)]
    for at, work_order_id, facts in sorted(told, key=lambda it: it[0]):
        provider, before = facts.get(PROVIDER), last.get(work_order_id)
        if not isinstance(provider, int) or provider == before:
            continue
        if before == OURS:
            found[work_order_id].append(Away(provider, at))
        elif provider == OURS and work_order_id in found:
            left = found[work_order_id].pop()
            found[work_order_id].append(Away(left.provider, left.since, at))
        last[work_order_id] = provider
    return found


def unharmed(heard: Heard) -> frozenset[int]:
    """Return the work orders of which all that was ever told is on record."""
    told, lost = set[int](), set[int]()
    for account, sender in SENDERS.items():
        for name, (_, number, _) in _told(account):
            told.add(number)
            if (sender, name) not in heard:
                lost.add(number)
    return frozenset(told - lost)


def _agree(values: Sequence[JsonValue]) -> bool:
    return all(value == values[0] for value in values)


@cache
def _told(account: Account) -> Sequence[tuple[str, _Said]]:
    """Return what an account tells, under the digest of each delivery."""
    return [(digest(it), _read(decode(it.moment.body))) for it in reports(account)]


@cache
def _answered(account: Account) -> Sequence[_Said]:
    return [_read({"Object": decode(line)}) for line in truth(PLAN, account)]


def _read(tree: JsonValue) -> _Said:
    assert isinstance(tree, dict)
    told = read(tree)
    assert told.work_order_id is not None
    return told.reported_at or _UNDATED, told.work_order_id, of_the_page(told.facts)
