"""The members of the contract's notification, by name and kind.

Source: the published page of the endpoint; the members marked *beyond* are not on that page, but
the sender's own documents give them a meaning that Worktrail reads.
"""

from enum import Enum
from typing import TypeAlias, cast

from domain.document import JsonValue


class Kind(Enum):
    """How a member's value is read."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    STATUS = "status"
    NOTES = "notes"
    OBJECT = "object"


Members: TypeAlias = dict[str, Kind]

STATUS: Members = {"Primary": Kind.TEXT, "Extended": Kind.TEXT}

NOTE: Members = {
    "Id": Kind.INTEGER,
    "Number": Kind.INTEGER,
    "NoteData": Kind.TEXT,
    "DateCreated": Kind.DATE,
    "ScheduledDate": Kind.DATE,
    "FollowUpDate": Kind.DATE,
    "ActionRequired": Kind.BOOLEAN,
    "MailedTo": Kind.TEXT,
    "CreatedBy": Kind.TEXT,
}

WORK_ORDER: Members = {
    "Id": Kind.INTEGER,
    "Number": Kind.TEXT,
    "PurchaseNumber": Kind.TEXT,
    "SubscriberId": Kind.INTEGER,
    "ProviderId": Kind.INTEGER,
    "LocationId": Kind.INTEGER,
    "Status": Kind.STATUS,
    "Caller": Kind.TEXT,
    "CreatedBy": Kind.TEXT,
    "CallDate": Kind.DATE,
    "ReassignDate": Kind.DATE,
    "Priority": Kind.TEXT,
    "Trade": Kind.TEXT,
    "ScheduledDate": Kind.DATE,
    "CompletedDate": Kind.DATE,
    "ExpirationDate": Kind.DATE,
    "Description": Kind.TEXT,
    "Category": Kind.TEXT,
    "Nte": Kind.DECIMAL,
    "CurrencyAlphabeticalCode": Kind.TEXT,
    "ProblemCode": Kind.TEXT,
    "Resolution": Kind.TEXT,
    "AssetId": Kind.INTEGER,
    "Source": Kind.TEXT,
    "RecallWorkOrder": Kind.INTEGER,
    "Notes": Kind.NOTES,
}

BEYOND: Members = {
    "WorkOrderId": Kind.INTEGER,
    "WorkorderStatus": Kind.STATUS,
    "UpdatedDate_DTO": Kind.DATE,
    "DateDTO": Kind.DATE,
    "UpdatedDate": Kind.DATE,
    "Date": Kind.DATE,
    "CreatedDate_DTO": Kind.DATE,
    "CallDate_DTO": Kind.DATE,
}
"""Members of the sender's objects beyond the page that say which work order, its status or when."""

ENVELOPE: Members = {
    "Object": Kind.OBJECT,
    "Type": Kind.TEXT,
    "Action": Kind.TEXT,
    "EventType": Kind.TEXT,
    "Version": Kind.INTEGER,
}

_OBJECT: Members = WORK_ORDER | BEYOND
_NAMES = {
    id(members): {name.lower(): name for name in members}
    for members in (STATUS, NOTE, ENVELOPE, _OBJECT)
}


def in_contract_names(tree: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the notification with every known member under the contract's name.

    Senders' names are taken in any letter case; of a member given twice the last counts. The very
    same object is returned where every name already is the contract's.
    """
    return _renamed(tree, ENVELOPE)


def _renamed(tree: dict[str, JsonValue], members: Members) -> dict[str, JsonValue]:
    names = _NAMES[id(members)]
    renamed: dict[str, JsonValue] = {}
    changed = False
    for given, value in tree.items():
        name = given if given in members else names.get(given.lower(), given)
        inner = _inner(name, value, members)
        changed = changed or name is not given or inner is not value
        renamed[name] = inner
    return renamed if changed else tree


def _inner(name: str, value: JsonValue, members: Members) -> JsonValue:
    kind = members.get(name)
    if isinstance(value, dict):
        if kind is Kind.OBJECT:
            return _renamed(value, _OBJECT)
        if kind is Kind.STATUS:
            return _renamed(value, STATUS)
    elif isinstance(value, list) and kind is Kind.NOTES:
        notes = [_renamed(note, NOTE) if isinstance(note, dict) else note for note in value]
        if any(new is not old for new, old in zip(notes, value, strict=True)):
            return cast("JsonValue", notes)
    return value
