"""What is known of an activity, packed as MessagePack: small enough for a column of every row."""

from datetime import datetime
from typing import Final

import msgspec

from domain.document import decode, encode
from domain.history import Known
from domain.notification import Path
from domain.work_order import Fact, Order, WorkOrder


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    """`values` is a JSON array, which keeps decimals; `set_by` counts into `reports`."""

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


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(_Packed)


def pack(known: Known) -> bytes:
    """Return the state as bytes; equal states folded in the same order give equal bytes."""
    facts = known.work_order.facts
    reports: dict[tuple[datetime, int, str | None], int] = {}
    set_by = tuple(
        reports.setdefault((*fact.order, fact.sender), len(reports)) for fact in facts.values()
    )
    return _encoder.encode(
        _Packed(
            version=known.version,
            work_order_id=known.work_order_id,
            activity_id=known.activity_id,
            reported_at=known.reported_at,
            latest=known.work_order.latest,
            reports=tuple(reports),
            paths=tuple(facts),
            set_by=set_by,
            values=encode([fact.value for fact in facts.values()]),
            was_opened=known.was_opened,
        )
    )


def unpack(state: bytes) -> Known:
    """Return the state that was packed. Raises `msgspec.MsgspecError` for anything else."""
    packed = _decoder.decode(state)
    values = decode(packed.values)
    if not isinstance(values, list):
        raise msgspec.ValidationError("The values are no array.")
    facts: dict[Path, Fact] = {}
    for path, number, value in zip(packed.paths, packed.set_by, values, strict=True):
        at, version, sender = packed.reports[number]
        facts[path] = Fact(value, (at, version), sender)
    return Known(
        version=packed.version,
        work_order_id=packed.work_order_id,
        activity_id=packed.activity_id,
        reported_at=packed.reported_at,
        work_order=WorkOrder(facts, packed.latest),
        was_opened=packed.was_opened,
    )
