"""Builds a notification from the elements of its XML form, one tag after the other."""

from collections.abc import Mapping

from msgspec import Struct

from domain.document import JsonValue
from domain.members import ENVELOPE, Kind, Members
from interfaces.webhook.bodies.typed import INSIDE, typed

NAMESPACE = "http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel"
ROOT = "ServiceChannelWorkOrderEventResponse"
NOTE_ITEM = "ServiceChannelWorkOrderNote"
_PREFIX = f"{NAMESPACE} "
_NIL = "http://www.w3.org/2001/XMLSchema-instance nil"

# W3C XML Schema, part 2, boolean.
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class _Meaning(Struct, frozen=True):
    """What an element stands for, and which elements are expected inside it."""

    kind: Kind | None
    members: Mapping[str, "_Meaning"] = {}
    takes_others: bool = True


def _meaning(kind: Kind) -> _Meaning:
    if kind is Kind.NOTES:
        note = _Meaning(Kind.OBJECT, _meanings(INSIDE[kind]))
        return _Meaning(kind, {NOTE_ITEM: note}, takes_others=False)
    return _Meaning(kind, _meanings(INSIDE.get(kind, {})))


def _meanings(members: Members) -> Mapping[str, _Meaning]:
    return {name: _meaning(kind) for name, kind in members.items()}


_UNKNOWN = _Meaning(None)
_NOTIFICATION = _Meaning(Kind.OBJECT, _meanings(ENVELOPE))
_DOCUMENT = _Meaning(None, {ROOT: _NOTIFICATION}, takes_others=False)


class _Element(Struct):
    """An element whose end tag has not come yet."""

    name: str
    meaning: _Meaning
    is_nil: bool = False
    text: list[str] = []
    inside: dict[str, JsonValue] = {}
    items: list[JsonValue] = []


class TreeBuilder:
    """Takes the tags and texts of a document.

    Names of elements and attributes are the namespace, a space and the local name. Elements
    outside the namespace count as not there. Of a known member given twice the first counts;
    an unknown one given twice is a list.
    """

    def __init__(self) -> None:
        self._open = [_Element("", _DOCUMENT)]
        self._ignored = 0

    def tree(self) -> dict[str, JsonValue] | None:
        """Return the notification: `None` if its root is nil, empty for any other root."""
        told = self._open[0].inside.get(ROOT, {})
        return told if told is None or isinstance(told, dict) else {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take a start tag."""
        if self._ignored or not name.startswith(_PREFIX):
            self._ignored += 1
            return
        local = name.removeprefix(_PREFIX)
        parent = self._open[-1].meaning
        meaning = parent.members.get(local)
        if meaning is None and not parent.takes_others:
            self._ignored += 1
            return
        is_nil = _NIL in attributes and _BOOLEANS.get(attributes[_NIL].strip(), False)
        self._open.append(_Element(local, meaning or _UNKNOWN, is_nil))

    def text(self, text: str) -> None:
        """Take a piece of text."""
        if not self._ignored:
            self._open[-1].text.append(text)

    def end(self, _name: str) -> None:
        """Take an end tag."""
        if self._ignored:
            self._ignored -= 1
            return
        element = self._open.pop()
        _add(self._open[-1], element.name, _value(element))


def _value(element: _Element) -> JsonValue:
    kind = element.meaning.kind
    if element.is_nil:
        return None
    if kind is Kind.NOTES:
        return element.items
    if element.inside:
        return element.inside
    text = "".join(element.text)
    if kind in (Kind.OBJECT, Kind.STATUS) and not text.strip():
        return {}
    return typed(text, kind, _BOOLEANS.get)


def _add(parent: _Element, name: str, value: JsonValue) -> None:
    if parent.meaning.kind is Kind.NOTES:
        parent.items.append(value)
    elif name not in parent.inside:
        parent.inside[name] = value
    elif name not in parent.meaning.members:
        first = parent.inside[name]
        if isinstance(first, list):
            first.append(value)
        else:
            parent.inside[name] = [first, value]
