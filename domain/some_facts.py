"""Reading only some of what a notification says, for whoever needs no more."""

from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from domain.document import JsonValue
from domain.members import ENVELOPE, NOTE, Kind, Members
from domain.notification import OBJECT_MEMBERS, PLAIN, Path, read_status, subject_of
from domain.values import UnreadableValueError, read_value


class Wanted(Struct, frozen=True):
    """Some of what notifications say of a work order.

    `members` are those of the contract's page, `beyond` others, `notes` those of every note.
    """

    members: frozenset[str] = frozenset()
    beyond: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all is wanted."""
        return not (self.members or self.beyond or self.notes)

    def __or__(self, other: "Wanted") -> "Wanted":
        """Return what either wants."""
        return Wanted(
            self.members | other.members, self.beyond | other.beyond, self.notes | other.notes
        )


def some_facts(tree: dict[str, JsonValue], wanted: Wanted) -> dict[Path, JsonValue]:
    """Return those of the notification's facts that are wanted; reads nothing else."""
    given = tree.get("Object")
    if not isinstance(given, dict):
        return {}
    members = _some_members(given, _kinds(wanted.members))
    facts: dict[Path, JsonValue] = {
        (name,): value for name, value in members.items() if name in PLAIN
    }
    status = members.get("Status", members.get("WorkorderStatus"))
    if status is not None:
        facts["Status",] = status
    for name in wanted.beyond:
        if given.get(name) is not None:
            facts["Beyond", name] = given[name]
    if wanted.notes:
        facts |= _some_note_facts(given.get("Notes"), wanted.notes)
    return facts


def _some_note_facts(notes: JsonValue, wanted: frozenset[str]) -> Iterator[tuple[Path, JsonValue]]:
    kinds = _note_kinds(wanted)
    for note in notes if isinstance(notes, list) else []:
        if isinstance(note, dict):
            members = _some_members(note, kinds)
            note_id = members.get("Id")
            if isinstance(note_id, int):
                for name in wanted & members.keys():
                    yield ("Notes", note_id, name), members[name]


def _some_members(told: dict[str, JsonValue], kinds: Members) -> dict[str, JsonValue]:
    read_members: dict[str, JsonValue] = {}
    for name, kind in kinds.items():
        value = told.get(name)
        if value is None:
            continue
        if kind is Kind.TEXT and type(value) is str:
            read_members[name] = value
            continue
        try:
            known = read_status(value, "", []) if kind is Kind.STATUS else read_value(kind, value)
        except UnreadableValueError:
            continue
        if known is not None:
            read_members[name] = known
    return read_members


def work_order_id_of(tree: dict[str, JsonValue]) -> int | None:
    """Return which work order the notification is about, if any; reads nothing else."""
    envelope = _some_members(tree, _ENVELOPE)
    given = tree.get("Object")
    told: dict[str, JsonValue] = given if isinstance(given, dict) else {}
    members = _some_members(told, _IDS)
    return subject_of(_text(envelope, "Type"), _text(envelope, "EventType"), told, members)[1]


_ENVELOPE: Members = {name: ENVELOPE[name] for name in ("Type", "EventType")}
_IDS = {name: OBJECT_MEMBERS[name] for name in ("Id", "WorkOrderId")}


@cache
def _kinds(names: frozenset[str]) -> Members:
    statuses = {"WorkorderStatus"} if "Status" in names else set()
    return {name: OBJECT_MEMBERS[name] for name in names | statuses}


@cache
def _note_kinds(names: frozenset[str]) -> Members:
    return {name: NOTE[name] for name in names | {"Id"}}


def _text(members: dict[str, JsonValue], name: str) -> str | None:
    value = members.get(name)
    return value if isinstance(value, str) else None
