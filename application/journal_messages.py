"""What a worker and the journal's process say to each other, as bytes.

Deliveries, which are nearly all of it, are MessagePack; pickle takes twenty times as long for them.
The rest is pickled: both ends are processes of one service, and nobody else reaches their line.
"""

import pickle
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from msgspec.structs import astuple

from application.entries import Answer, Entry, Outcome
from domain.activity import ReportContent, ReportWorkOrder, WorkOrderReported
from domain.metadata import SealedContent


def _as(kind: type[msgspec.Struct], **narrower: Any) -> Any:
    """Return a struct like this one, whose fields named here can hold nothing but that kind."""
    fields = [
        (field.name, narrower.get(field.name, field.type))
        if field.required
        else (field.name, narrower.get(field.name, field.type), field.default)
        for field in msgspec.structs.fields(kind)
    ]
    return msgspec.defstruct(kind.__name__, fields)


# A command's type leaves open what it holds, and what a report's content is: here both are known.
_Report: Final = _as(WorkOrderReported, content=ReportContent)
_Command: Final = _as(ReportWorkOrder, report=_Report)
_Delivery: Final = _as(Entry, command=_Command)

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")
_entries_decoder = msgspec.msgpack.Decoder(list[_Delivery | bytes])  # type: ignore[valid-type]
_answers_decoder = msgspec.msgpack.Decoder(list[Outcome | bytes] | bytes)


def packed_entries(entries: Sequence[Entry]) -> bytes:
    """Return the commands of a batch, in order, as one message."""
    try:
        return _encoder.encode([it if _is_delivery(it) else pickle.dumps(it) for it in entries])
    except (ValueError, OverflowError):
        # Such as text that is none: which command it is, is found out where they are carried out.
        return _encoder.encode([pickle.dumps(it) for it in entries])


def unpacked_entries(message: bytes) -> list[Entry]:
    """Return the commands of a message, as they were."""
    told: list[Any] = _entries_decoder.decode(message)
    return [
        pickle.loads(it) if isinstance(it, bytes) else _entry(it)  # noqa: S301 - of our own process
        for it in told
    ]


def packed_answers(answers: Sequence[Answer]) -> bytes:
    """Return the answers to a batch, in order, as one message."""
    return _encoder.encode([_packed(it) if isinstance(it, Exception) else it for it in answers])


def packed_failure(failure: Exception) -> bytes:
    """Return why there are no answers, as one message."""
    return _encoder.encode(_packed(failure))


def unpacked_answers(message: bytes) -> list[Answer]:
    """Return the answers of a message; raises the failure that it tells instead."""
    told = _answers_decoder.decode(message)
    if isinstance(told, bytes):
        raise _unpacked(told)
    return [_unpacked(it) if isinstance(it, bytes) else it for it in told]


def _is_delivery(entry: Entry) -> bool:
    command = entry.command
    return isinstance(command, ReportWorkOrder) and not isinstance(
        command.report.content, SealedContent
    )


def _entry(delivery: Any) -> Entry:
    # The fields come in the order in which the kinds themselves have them.
    command = delivery.command
    report = WorkOrderReported(*astuple(command.report))
    told = ReportWorkOrder(report, *astuple(command)[1:])
    client_id, work_order_id, _, *others = astuple(delivery)
    return Entry(client_id, work_order_id, told, *others)


def _packed(error: Exception) -> bytes:
    # An error is put together again as it was: its kind makes a message of other arguments.
    return pickle.dumps((type(error), error.args, vars(error)))


def _unpacked(told: bytes) -> Exception:
    kind, arguments, facts = pickle.loads(told)  # noqa: S301 - of our own process
    error: Exception = kind.__new__(kind, *arguments)
    vars(error).update(facts)
    return error
