"""Writes a notification in the media types that are read."""

from urllib.parse import urlencode
from xml.sax.saxutils import escape

from domain.document import JsonValue, encode

NAMESPACE = "http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def as_json(tree: dict[str, JsonValue]) -> bytes:
    return encode(tree)


def as_xml(tree: dict[str, JsonValue]) -> bytes:
    root = _element("ServiceChannelWorkOrderEventResponse", tree)
    return root.replace(">", f' xmlns:i="{INSTANCE}" xmlns="{NAMESPACE}">', 1).encode()


def _element(name: str, value: JsonValue) -> str:
    if value is None:
        return f'<{name} i:nil="true" />'
    return f"<{name}>{_content(value)}</{name}>"


def _content(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "".join(_element(name, inner) for name, inner in value.items())
    if isinstance(value, list):
        return "".join(_element("ServiceChannelWorkOrderNote", inner) for inner in value)
    return escape(_plain(value), {"\r": "&#13;"})


def as_form(tree: dict[str, JsonValue]) -> bytes:
    return urlencode(_pairs("", tree)).encode()


def _pairs(key: str, value: JsonValue) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        inner = [(f"{key}.{name}" if key else name, told) for name, told in value.items()]
    elif isinstance(value, list):
        inner = [(f"{key}[{index}]", told) for index, told in enumerate(value)]
        if not inner:
            return [(f"{key}[]", "")]
    else:
        return [(key, _plain(value))]
    return [pair for inner_key, told in inner for pair in _pairs(inner_key, told)]


def _plain(value: JsonValue) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
