"""What is known of an activity, packed as MessagePack: small enough for a column of every row."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final, TypeAlias

import msgspec
from msgspec.structs import asdict

from domain.document import JsonValue, decode, encode
from domain.history import Known
from domain.notification import Path
from domain.work_order import Fact, Order, WorkOrder


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """`values` is a JSON array, which keeps decimals; `set_by` counts into `reports`.

    More values than paths are those of other senders.
    """

    version: int
    work_order_id: int | None
    activity_id: int | None
    reported_at: datetime | None
    latest: Order | None
    reports: tuple[tuple[datetime, int, str | None], ...]
    paths: tuple[tuple[str | int, ...], ...]
    set_by: tuple[int, ...]
    values: bytes
    was_opened: bool = False


class _PackedMore(_Packed, frozen=True, array_like=True):
    """What few work orders have: several senders, or several providers.

    Each of the `others` has the number of a path, of a report and of a value.
    """

    others: tuple[tuple[int, int, int], ...] = ()
    moved: bool = False


_Report: TypeAlias = tuple[datetime, int, str | None]

_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_PackedMore)


def pack(known: Known) -> bytes:
    """Return the state as bytes; equal states folded in the same order give equal bytes."""
    work_order = known.work_order
    facts = work_order.facts
    reports: dict[_Report, int] = {}
    set_by = tuple(
        reports.setdefault((*fact.order, fact.sender), len(reports)) for fact in facts.values()
    )
    values = [fact.value for fact in facts.values()]
    others = tuple(_others(work_order, reports, values)) if work_order.others else ()
    packed = _Packed(
        version=known.version,
        work_order_id=known.work_order_id,
        activity_id=known.activity_id,
        reported_at=known.reported_at,
        latest=work_order.latest,
        reports=tuple(reports),
        paths=tuple(facts),
        set_by=set_by,
        values=encode(values),
        was_opened=known.was_opened,
    )
    if others or work_order.moved:
        packed = _PackedMore(**asdict(packed), others=others, moved=work_order.moved)
    return _encoder.encode(packed)


def unpack(state: bytes) -> Known:
    """Return the state that was packed. Raises `msgspec.MsgspecError` for anything else."""
    packed = _decoder.decode(state)
    values = decode(packed.values)
    if not isinstance(values, list):
        raise msgspec.ValidationError("The values are no array.")
    facts: dict[Path, Fact] = {}
    own = values[: len(packed.paths)]
    for path, number, value in zip(packed.paths, packed.set_by, own, strict=True):
        at, version, sender = packed.reports[number]
        facts[path] = Fact(value, (at, version), sender)
    senders = frozenset(sender for *_, sender in packed.reports)
    others = _words(packed, values) if packed.others else {}
    return Known(
        version=packed.version,
        work_order_id=packed.work_order_id,
        activity_id=packed.activity_id,
        reported_at=packed.reported_at,
        work_order=WorkOrder(facts, packed.latest, senders, others, packed.moved),
        was_opened=packed.was_opened,
    )


def _others(
    work_order: WorkOrder, reports: dict[_Report, int], values: list[JsonValue]
) -> Iterator[tuple[int, int, int]]:
    """Return the path, report and value of each word; values that no fact has are added."""
    for number, (path, fact) in enumerate(work_order.facts.items()):
        for word in work_order.others.get(path, ()):
            if _is_written_alike(word.value, fact.value):
                yield number, _number(reports, word), number
            else:
                values.append(word.value)
                yield number, _number(reports, word), len(values) - 1


def _is_written_alike(value: JsonValue, other: JsonValue) -> bool:
    return value is other or (value == other and encode(value) == encode(other))


def _number(reports: dict[_Report, int], fact: Fact) -> int:
    return reports.setdefault((*fact.order, fact.sender), len(reports))


def _words(packed: _PackedMore, values: list[JsonValue]) -> dict[Path, tuple[Fact, ...]]:
    words: dict[Path, tuple[Fact, ...]] = {}
    for path_number, report, value in packed.others:
        path = packed.paths[path_number]
        at, version, sender = packed.reports[report]
        words[path] = (*words.get(path, ()), Fact(values[value], (at, version), sender))
    return words
