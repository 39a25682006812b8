"""What a delivery's decision needs of a notification, read without a look at each member.

Nearly every notification is as the contract's page has it, member by member. Whether one is,
msgspec says twenty times as fast as it is read, and then nothing in it needs a warning.
"""

from datetime import datetime
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from domain.document import JsonValue
from domain.members import BEYOND, ENVELOPE, NOTE, STATUS, WORK_ORDER, Kind, Members
from domain.notification import (
    REPORTED_TIMES,
    Notification,
    ReportWarning,
    Subject,
    is_test,
    read,
    reported_at,
    subject_of,
)
from domain.values import UnreadableValueError, read_value


class Gist(Struct, frozen=True):
    """The part of a `Notification` that is decided by."""

    action: str | None
    event_type: str | None
    subject: Subject
    work_order_id: int | None
    reported_at: datetime | None
    is_test: bool
    warnings: tuple[ReportWarning, ...]


def gist(tree: dict[str, JsonValue]) -> Gist:
    """Read the gist of a notification whose members stand under the contract's names.

    It is that of `read`, with its warnings; nothing is raised.
    """
    try:
        return _of_plain(msgspec.convert(tree, _PLAIN))
    except (msgspec.ValidationError, UnreadableValueError):
        return _of_notification(read(tree))


def plain_gist(document: bytes) -> Gist | None:
    """Read the gist of a notification in UTF-8 JSON that has the contract's members only.

    It is that of the decoded document; `None` where anything in it is not as the contract's page
    has it, or cannot be decoded.
    """
    try:
        return _of_plain(_plain_decoder.decode(document))
    except _NOT_PLAIN:
        return None


def _of_notification(notification: Notification) -> Gist:
    return Gist(
        notification.action,
        notification.event_type,
        notification.subject,
        notification.work_order_id,
        notification.reported_at,
        notification.is_test,
        notification.warnings,
    )


def _of_plain(plain: Any) -> Gist:
    # What a type cannot say: how many digits an amount may have, and that a text is a time.
    told: dict[str, JsonValue] = dict(zip(_DECIDING, _deciding(plain.Object), strict=True))
    read_value(Kind.DECIMAL, told["Nte"])
    for time in filter(None, map(told.get, REPORTED_TIMES)):
        msgspec.convert(time, datetime)
    action, event_type = plain.Action, plain.EventType
    about, work_order_id = subject_of(plain.Type, event_type, told, told)
    return Gist(
        action,
        event_type,
        about,
        work_order_id,
        reported_at(action, event_type, told),
        is_test(told),
        (),
    )


def _plain(
    name: str, members: Members, types: dict[Kind, Any], due: str = "", *, only: bool = False
) -> Any:
    fields: list[Any] = [(due, types[members[due]])] if due else []
    optional = [(member, types[kind] | None, None) for member, kind in members.items()]
    fields += [field for field in optional if field[0] != due]
    return msgspec.defstruct(name, fields, forbid_unknown_fields=only)


def _plain_notification(*, only: bool) -> Any:
    """Return the type of notifications of which every member is of its own kind.

    With `only`, there are no members but the contract's, in its spelling.
    """
    status = _plain("PlainStatus", STATUS, _SCALARS, only=only)
    note = _plain("PlainNote", NOTE, _SCALARS, due="Id", only=only)
    inner = _SCALARS | {Kind.STATUS: status, Kind.NOTES: list[note | None]}  # type: ignore[valid-type]
    # As they came: msgspec would round them.
    times = dict.fromkeys(REPORTED_TIMES, Kind.TEXT)
    work_order = _plain("PlainWorkOrder", WORK_ORDER | BEYOND | times, inner, only=only)
    types = _SCALARS | {Kind.OBJECT: work_order}
    return _plain("PlainNotification", ENVELOPE, types, due="Object", only=only)


_SCALARS: Final[dict[Kind, Any]] = {
    Kind.TEXT: str,
    Kind.INTEGER: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)],
    Kind.DECIMAL: Any,
    Kind.BOOLEAN: bool,
    Kind.DATE: datetime,
}
_PLAIN: Final = _plain_notification(only=False)
_plain_decoder: Final = msgspec.json.Decoder(_plain_notification(only=True), float_hook=Decimal)

_DECIDING: Final = ("Id", "WorkOrderId", "Source", "Nte", *REPORTED_TIMES)
_deciding: Final = attrgetter(*_DECIDING)

_NOT_PLAIN: Final = (
    *(msgspec.MsgspecError, UnicodeDecodeError, InvalidOperation, RecursionError),
    UnreadableValueError,
)
