"""The members of the contract's notification, by name and kind.

Source: the published page of the endpoint; the members marked *beyond* are not on that page, but
the sender's own documents give them a meaning that Worktrail reads.
"""

from enum import StrEnum
from typing import TypeAlias

from domain.document import JsonValue


class Kind(StrEnum):
    """How a member's value is read.

    Texts, since members are looked up by it all the time and enums of others hash slowly.
    """

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
_INNER_MEMBERS = {Kind.OBJECT: _OBJECT, Kind.STATUS: STATUS, Kind.NOTES: NOTE}
_ALL = (STATUS, NOTE, ENVELOPE, _OBJECT)
_NAMES = {id(members): {name.lower(): name for name in members} for members in _ALL}
_INNER = {
    id(members): [(name, inner) for name in members if (inner := _INNER_MEMBERS.get(members[name]))]
    for members in _ALL
}


def in_contract_names(tree: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the notification with every known member under the contract's name.

    Senders' names are taken in any letter case; of a member given twice the last counts. The very
    same object is returned where every name already is the contract's.
    """
    return tree if _has_contract_names(tree, ENVELOPE) else _renamed(tree, ENVELOPE)


def _has_contract_names(tree: dict[str, JsonValue], members: Members) -> bool:
    # Nearly every notification ends here: sets are compared many times as fast as names are.
    if not tree.keys() <= members.keys():
        names = _NAMES[id(members)]
        if any(name.lower() in names for name in tree.keys() - members.keys()):
            return False
    for name, inner in _INNER[id(members)]:
        value = tree.get(name)
        if value is None:
            continue
        for item in _objects(value, members[name]):
            if not _has_contract_names(item, inner):
                return False
    return True


def _objects(value: JsonValue, kind: Kind) -> list[dict[str, JsonValue]]:
    if kind is Kind.NOTES:
        return [item for item in value if type(item) is dict] if type(value) is list else []
    return [value] if type(value) is dict else []


def _renamed(tree: dict[str, JsonValue], members: Members) -> dict[str, JsonValue]:
    names = _NAMES[id(members)]
    renamed: dict[str, JsonValue] = {}
    for given, value in tree.items():
        name = given if given in members else names.get(given.lower(), given)
        renamed[name] = _renamed_inside(value, members.get(name))
    return renamed


def _renamed_inside(value: JsonValue, kind: Kind | None) -> JsonValue:
    inner = _INNER_MEMBERS.get(kind) if kind else None
    if inner is None:
        return value
    if kind is Kind.NOTES:
        if type(value) is not list:
            return value
        return [_renamed(item, inner) if type(item) is dict else item for item in value]
    return _renamed(value, inner) if type(value) is dict else value
