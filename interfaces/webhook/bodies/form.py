"""Reads a notification from a form, `application/x-www-form-urlencoded`."""

import re
from itertools import count, takewhile

from msgspec import Struct

from application.ports import ReadBody
from domain.document import JsonValue, encode
from domain.errors import MalformedBodyError
from domain.gist import gist
from domain.members import ENVELOPE, Kind, Members, in_contract_names
from interfaces.webhook.bodies.form_keys import Step, steps
from interfaces.webhook.bodies.media import utf8
from interfaces.webhook.bodies.typed import INSIDE, typed

MOST_KEYS = 10_000

_BOOLEANS = {"true": True, "false": False}
# In pieces, since a repeated group remembers every one of its rounds.
_escapes = re.compile(b"(?:%[0-9a-fA-F]{2}){1,1000}")


class _Place(Struct):
    """What the keys of a form have put in one place; items outweigh members, members a text."""

    name: str = ""
    text: str | None = None
    members: dict[str, "_Place"] = {}
    items: dict[int, "_Place"] = {}
    is_list: bool = False


def read(body: bytes, charset: str) -> ReadBody:
    """Read a form; its document is always a rendering.

    An empty value is null; of a key given twice, in whatever case, the first counts; a list ends
    at its first gap. Bytes and escapes that are no UTF-8 become U+FFFD, as the original read them.
    Raises `MalformedBodyError`.
    """
    text = utf8(body, charset)
    if not text:
        return ReadBody(None, None)
    if text.count(b"&") >= MOST_KEYS:
        raise MalformedBodyError("the form", f"there are more than {MOST_KEYS} keys")
    root = _Place()
    for number, pair in enumerate(text.split(b"&"), 1):
        key, _, value = pair.partition(b"=")
        _put(root, steps(_unescaped(key), number), _unescaped(value))
    tree = in_contract_names({place.name: _value(place) for place in root.members.values()})
    tree = _typed_members(tree, ENVELOPE)
    return ReadBody(gist(tree), encode(tree))


def _unescaped(text: bytes) -> str:
    # The standard library's `unquote` takes eighty times the body's size for nothing but escapes.
    spaced, plain, end = text.replace(b"+", b" "), bytearray(), 0
    for escapes in _escapes.finditer(spaced):
        plain += spaced[end : escapes.start()]
        plain += bytes.fromhex(escapes[0].replace(b"%", b"").decode())
        end = escapes.end()
    return (plain + spaced[end:]).decode(errors="replace")


def _put(place: _Place, path: list[Step], text: str) -> None:
    for step in path:
        if isinstance(step, str):
            place = place.members.setdefault(step.lower(), _Place(step))
            continue
        place.is_list = True
        if step is None:
            return
        place = place.items.setdefault(step, _Place())
    if place.text is None:
        place.text = text


def _value(place: _Place) -> JsonValue:
    if place.is_list:
        indexes = takewhile(place.items.__contains__, count())
        return [_value(place.items[index]) for index in indexes]
    if place.members:
        return {inner.name: _value(inner) for inner in place.members.values()}
    return place.text or None


def _typed_members(told: dict[str, JsonValue], members: Members) -> dict[str, JsonValue]:
    return {name: _typed(value, members.get(name)) for name, value in told.items()}


def _typed(value: JsonValue, kind: Kind | None) -> JsonValue:
    if isinstance(value, str):
        return typed(value, kind, lambda text: _BOOLEANS.get(text.lower()))
    if isinstance(value, dict):
        return _typed_members(value, INSIDE.get(kind, {}))
    if isinstance(value, list) and kind is Kind.NOTES:
        return [_typed(note, Kind.NOTES) for note in value]
    return value
