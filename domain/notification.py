"""What one webhook body says: of which work order, reported when, and what cannot be read in it."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from domain.dates import instant
from domain.document import JsonValue
from domain.members import BEYOND, ENVELOPE, NOTE, STATUS, WORK_ORDER, Kind, Members
from domain.values import UnreadableValueError, read_value

Path: TypeAlias = tuple[str | int, ...]
"""Where in a work order a fact stands: `("Nte",)`, `("Notes", 7, "NoteData")`, `("Beyond", …)`."""

TEST_SOURCE = "WebhookTest"

OTHER_FAMILIES = (
    "Asset", "Checklist", "Contract", "Invoice", "IssueList", "LeakRecord", "Location", "Private",
    "Proposal", "ServiceProvider", "Subscriber",
)  # fmt: skip
"""How the event types of the sender's other objects begin."""

_VISITS = frozenset({"WorkOrderCheckIn", "WorkOrderCheckOut", "BadgeScanRequired"})


class Subject(Enum):
    """What a notification is about."""

    WORK_ORDER = "work order"
    UNRELATED = "another object type"
    UNREADABLE = "no work order that can be read"


class ReportWarning(Struct, frozen=True):
    """Something about a delivery that an auditor should know; `member` says where, if anywhere."""

    kind: str
    member: str | None = None


UNREADABLE_MEMBER = "UnreadableMember"
NOTE_WITHOUT_ID = "NoteWithoutId"


class _Note(Struct, frozen=True):
    """A note with its id: as it was told, and what of it could be read."""

    note_id: int
    told: dict[str, JsonValue]
    members: dict[str, JsonValue]


class Notification(Struct, frozen=True):
    """A body read through the contract's model."""

    type: str | None
    action: str | None
    event_type: str | None
    subject: Subject
    work_order_id: int | None
    reported_at: datetime | None
    is_test: bool
    warnings: tuple[ReportWarning, ...]
    told: dict[str, JsonValue]
    members: dict[str, JsonValue]
    notes: tuple[_Note, ...]

    @property
    def facts(self) -> dict[Path, JsonValue]:
        """What is said of the work order; what is absent or null is not in it."""
        # Whoever receives a notification does not ask for them, only whoever folds it.
        return dict(_facts(self))


def read(tree: dict[str, JsonValue]) -> Notification:
    """Read a notification whose members stand under the contract's names.

    A member that cannot be read costs that member alone and is a warning; nothing is raised.
    """
    warnings: list[ReportWarning] = []
    envelope = _members(tree, _ENVELOPE_TEXTS, "", warnings)
    given = tree.get("Object")
    if given is not None and not isinstance(given, dict):
        warnings.append(ReportWarning(UNREADABLE_MEMBER, "Object"))
    told: dict[str, JsonValue] = given if isinstance(given, dict) else {}
    members = _members(told, OBJECT_MEMBERS, "Object.", warnings)
    event_type, type_ = _text(envelope, "EventType"), _text(envelope, "Type")
    about, work_order_id = subject_of(type_, event_type, told, members)
    notes = tuple(_notes(told.get("Notes"), warnings))
    return Notification(
        type=type_,
        action=_text(envelope, "Action"),
        event_type=event_type,
        subject=about,
        work_order_id=work_order_id,
        reported_at=reported_at(_text(envelope, "Action"), event_type, members),
        is_test=is_test(members),
        warnings=tuple(warnings),
        told=told,
        members=members,
        notes=notes,
    )


_ENVELOPE_TEXTS: Members = {name: ENVELOPE[name] for name in ENVELOPE if name != "Object"}
OBJECT_MEMBERS: Members = WORK_ORDER | BEYOND
"""What an object's members are, whether or not on the contract's page."""


def _members(
    told: dict[str, JsonValue], members: Members, place: str, warnings: list[ReportWarning]
) -> dict[str, JsonValue]:
    read_members: dict[str, JsonValue] = {}
    for name, value in told.items():
        kind = members.get(name)
        if kind is None or kind is Kind.NOTES:
            continue
        # Most are plain texts, and most of the time goes here.
        if kind is Kind.TEXT and type(value) is str:
            read_members[name] = value
            continue
        try:
            if kind is Kind.STATUS:
                known = read_status(value, f"{place}{name}.", warnings)
            else:
                known = read_value(kind, value)
        except UnreadableValueError:
            warnings.append(ReportWarning(UNREADABLE_MEMBER, place + name))
            continue
        if known is not None:
            read_members[name] = known
    return read_members


def read_status(value: JsonValue, place: str, warnings: list[ReportWarning]) -> JsonValue:
    """Return both parts of a status, `None` where nothing is said.

    What cannot be read is added to the warnings; raises `UnreadableValueError` for no object.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise UnreadableValueError
    parts = _members(value, STATUS, place, warnings)
    primary, extended = parts.get("Primary"), parts.get("Extended") or None
    return {"Primary": primary, "Extended": extended} if primary or extended else None


def _text(members: dict[str, JsonValue], name: str) -> str | None:
    value = members.get(name)
    return value if isinstance(value, str) else None


def subject_of(
    type_: str | None,
    event_type: str | None,
    told: dict[str, JsonValue],
    members: dict[str, JsonValue],
) -> tuple[Subject, int | None]:
    """Return what a notification is about, and which work order if it is about one.

    `told` is its object as it came, `members` what of it could be read.
    """
    if event_type is not None and event_type.startswith(OTHER_FAMILIES):
        return Subject.UNRELATED, None
    # On visits and links `Id` is the visit's or the link's own.
    own_id_only = told.get("WorkOrderId") is None
    if own_id_only and type_ == "GenericRootNotification":
        return Subject.UNRELATED, None
    named = members.get("Id" if own_id_only and event_type not in _VISITS else "WorkOrderId")
    if isinstance(named, int) and named > 0:
        return Subject.WORK_ORDER, named
    return Subject.UNREADABLE, None


def is_test(members: dict[str, JsonValue]) -> bool:
    """Say whether the sender only tries whether anybody listens."""
    return members.get("Source") == TEST_SOURCE


_UPDATES = ("UpdatedDate_DTO", "DateDTO", "UpdatedDate", "Date")
REPORTED_TIMES = (*_UPDATES, "CreatedDate_DTO", "CallDate_DTO")
"""Members that can say when something happened, the first one that does first; those of the
creation speak for that alone."""


def reported_at(
    action: str | None, event_type: str | None, members: dict[str, JsonValue]
) -> datetime | None:
    """Return when the sender says that this happened, if it says so with an offset."""
    is_new = action == "NEW" or event_type == "WorkOrderCreated"
    for name in REPORTED_TIMES if is_new else _UPDATES:
        value = members.get(name)
        if isinstance(value, str) and (moment := instant(value)):
            return moment
    return None


PLAIN = frozenset(WORK_ORDER) - {"Id", "Status", "Notes"}
"""The members that are facts as they stand."""

_FOLDED = frozenset(WORK_ORDER) | {"WorkOrderId", "WorkorderStatus"}


def _facts(notification: Notification) -> Iterator[tuple[Path, JsonValue]]:
    work_order_id = notification.work_order_id
    told, members = notification.told, notification.members
    if work_order_id is not None:
        yield ("Id",), work_order_id
    if told.get("Id") is not None and members.get("Id") != work_order_id:
        yield ("Beyond", "Id"), told["Id"]
    status = members.get("Status", members.get("WorkorderStatus"))
    if status is not None:
        yield ("Status",), status
    for name, value in told.items():
        if name in PLAIN:
            if name in members:
                yield (name,), members[name]
        elif value is not None and name not in _FOLDED:
            yield ("Beyond", name), value
    for note in notification.notes:
        yield from _note_facts(note)


def _note_facts(note: _Note) -> Iterator[tuple[Path, JsonValue]]:
    for name, value in note.told.items():
        known = note.members.get(name) if name in NOTE else value
        if known is not None:
            yield ("Notes", note.note_id, name), known


def _notes(value: JsonValue, warnings: list[ReportWarning]) -> Iterator[_Note]:
    if value is None:
        return
    if not isinstance(value, list):
        warnings.append(ReportWarning(UNREADABLE_MEMBER, "Object.Notes"))
        return
    for index, note in enumerate(value):
        if note is None:
            continue
        place = f"Object.Notes[{index}]"
        if not isinstance(note, dict):
            warnings.append(ReportWarning(UNREADABLE_MEMBER, place))
            continue
        members = _members(note, NOTE, f"{place}.", warnings)
        note_id = members.get("Id")
        if not isinstance(note_id, int):
            warnings.append(ReportWarning(NOTE_WITHOUT_ID, place))
            continue
        yield _Note(note_id, note, members)
