"""Reading some of a notification straight from its bytes, where all of it is of its own kind."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Meta
from msgspec.structs import astuple

from domain.document import JsonValue
from domain.members import NOTE, STATUS, Kind, Members
from domain.notification import OBJECT_MEMBERS, Path, subject_of
from domain.some_facts import Wanted
from domain.values import UnreadableValueError, read_value

Facts: TypeAlias = dict[Path, JsonValue]


def _struct(name: str, types: Mapping[str, Any]) -> Any:
    fields = [(member, type_, None) for member, type_ in types.items()]
    return msgspec.defstruct(name, fields, gc=False)


_TYPES: Final[dict[Kind, Any]] = {
    Kind.TEXT: str | None,
    Kind.INTEGER: Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | None,
    Kind.BOOLEAN: bool | None,
    Kind.STATUS: _struct("PlainStatus", dict.fromkeys(STATUS, str | None)) | None,
    # What these may be, no type says: their values are read one by one.
    Kind.DECIMAL: Any,
    Kind.DATE: Any,
}
_ONE_BY_ONE: Final = frozenset(kind for kind, type_ in _TYPES.items() if type_ is Any)
_IDS: Final = ("Id", "WorkOrderId")
_STATUSES: Final = ("Status", "WorkorderStatus")


class PlainReading:
    """Reads the facts that are wanted, and which work order they are of; passes over all else."""

    def __init__(self, wanted: Wanted) -> None:
        members = {name: OBJECT_MEMBERS[name] for name in sorted(wanted.members - {"Status"})}
        beyond = sorted(wanted.beyond)
        self._statuses = _STATUSES if "Status" in wanted.members else ()
        self._notes = _NotesReading(wanted.notes) if wanted.notes else None
        self._paths: list[Path] = [*((name,) for name in members), *(("Beyond", n) for n in beyond)]
        self._one_by_one = [(name, kind) for name, kind in members.items() if kind in _ONE_BY_ONE]
        # The wanted facts come first: their paths are laid beside them.
        types = _types(members) | dict.fromkeys(beyond, Any)
        types |= _types({name: OBJECT_MEMBERS[name] for name in (*_IDS, *self._statuses)})
        if self._notes:
            types["Notes"] = self._notes.type
        envelope = {"Type": str | None, "EventType": str | None}
        self._decoder = msgspec.json.Decoder(
            _struct("PlainNotification", envelope | {"Object": _struct("PlainWorkOrder", types)}),
            float_hook=Decimal,
        )

    def read(self, notification: bytes) -> tuple[Facts, int | None]:
        """Return the wanted facts and the work order's id, if the notification is about one.

        Raises `msgspec.MsgspecError`, `UnicodeDecodeError` or `RecursionError` where something is
        of another kind and it takes a closer look.
        """
        told = self._decoder.decode(notification)
        work_order = told.Object
        if work_order is None:
            raise msgspec.ValidationError("there is no object")
        facts: Facts = {
            path: value
            for path, value in zip(self._paths, astuple(work_order), strict=False)
            if value is not None
        }
        for name, kind in self._one_by_one:
            if (name,) in facts and (value := _read(kind, facts.pop((name,)))) is not None:
                facts[name,] = value
        for name in self._statuses:
            status = getattr(work_order, name)
            if status and (status.Primary or status.Extended):
                facts["Status",] = {"Primary": status.Primary, "Extended": status.Extended or None}
                break
        if self._notes:
            self._notes.add(work_order.Notes, facts)
        ids = {"Id": work_order.Id, "WorkOrderId": work_order.WorkOrderId}
        return facts, subject_of(told.Type, told.EventType, ids, ids)[1]


class _NotesReading:
    def __init__(self, wanted: frozenset[str]) -> None:
        kinds = {name: NOTE[name] for name in sorted(wanted)}
        self._names = [
            (name, kind if kind in _ONE_BY_ONE else None) for name, kind in kinds.items()
        ]
        note = _struct("PlainNote", _types({"Id": NOTE["Id"]} | kinds))
        self.type: Any = list[note | None] | None  # type: ignore[valid-type]

    def add(self, notes: list[Any] | None, facts: Facts) -> None:
        for note in notes or ():
            if note is None or note.Id is None:
                continue
            for name, kind in self._names:
                value = getattr(note, name)
                if kind is not None:
                    value = _read(kind, value)
                if value is not None:
                    facts["Notes", note.Id, name] = value


def _types(members: Members) -> dict[str, Any]:
    return {name: _TYPES[kind] for name, kind in members.items()}


def _read(kind: Kind, value: JsonValue) -> JsonValue:
    try:
        return read_value(kind, value)
    except UnreadableValueError:
        return None


plain_reading = cache(PlainReading)
"""The one reading for what is wanted."""
