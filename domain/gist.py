"""What a delivery's decision needs of a notification, read without a look at each member.

Nearly every notification is as the contract's page has it, member by member. Whether one is,
msgspec says twenty times as fast as it is read, and then nothing in it needs a warning.
"""

from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from domain.document import JsonValue
from domain.members import BEYOND, ENVELOPE, NOTE, STATUS, WORK_ORDER, Kind, Members
from domain.notification import (
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
    told = _plain_work_order(tree)
    return _of_notification(read(tree)) if told is None else _of_plain(tree, told)


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


def _of_plain(tree: dict[str, Any], told: dict[str, JsonValue]) -> Gist:
    type_, action, event_type = tree.get("Type"), tree.get("Action"), tree.get("EventType")
    about, work_order_id = subject_of(type_, event_type, told, told)
    return Gist(
        action,
        event_type,
        about,
        work_order_id,
        reported_at(action, event_type, told),
        is_test(told),
        (),
    )


def _plain_work_order(tree: dict[str, JsonValue]) -> dict[str, JsonValue] | None:
    """Return the work order where every member is of its own kind, otherwise `None`."""
    try:
        plain: Any = msgspec.convert(tree, _PLAIN_NOTIFICATION)
        # How many digits an amount may have, a type cannot say.
        read_value(Kind.DECIMAL, plain.Object.Nte)
    except (msgspec.ValidationError, UnreadableValueError):
        return None
    told = tree["Object"]
    return told if isinstance(told, dict) else None


def _plain(name: str, members: Members, types: dict[Kind, Any], due: str = "") -> Any:
    fields = [(due, types[members[due]])] if due else []
    optional = [(member, types[kind] | None, None) for member, kind in members.items()]
    return msgspec.defstruct(name, [*fields, *(field for field in optional if field[0] != due)])


_SCALARS: Final[dict[Kind, Any]] = {
    Kind.TEXT: str,
    Kind.INTEGER: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)],
    Kind.DECIMAL: Any,
    Kind.BOOLEAN: bool,
    Kind.DATE: datetime,
}
_STATUS: Final = _plain("PlainStatus", STATUS, _SCALARS)
_NOTE: Final = _plain("PlainNote", NOTE, _SCALARS, due="Id")
_OBJECT: Final = _plain(
    "PlainWorkOrder",
    WORK_ORDER | BEYOND,
    _SCALARS | {Kind.STATUS: _STATUS, Kind.NOTES: list[_NOTE | None]},  # type: ignore[valid-type]
)
_PLAIN_NOTIFICATION: Final = _plain(
    "PlainNotification", ENVELOPE, _SCALARS | {Kind.OBJECT: _OBJECT}, due="Object"
)
