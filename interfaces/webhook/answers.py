"""The bodies of the answers, as the original's serializers write them; always UTF-8."""

import re
from collections.abc import Mapping, Sequence
from html import escape

import msgspec

from interfaces.webhook.bodies.media import APPLICATION_XML, TEXT_XML

CHARSET = "; charset=utf-8"
"""What follows the media type in the Content-Type of every answer."""

INT_NAMESPACE = "http://schemas.microsoft.com/2003/10/Serialization/"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_NO_ACTIVITY = f'<int i:nil="true" xmlns:i="{_INSTANCE}" xmlns="{INT_NAMESPACE}" />'.encode()

# What is no Char of XML 1.0 (section 2.2); the surrogates among it have no UTF-8 form either.
_unwritable = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_surrogate = re.compile("[\ud800-\udfff]")


def activity_answer(media_type: str, activity_id: int | None) -> bytes:
    """Return the id of the activity updated, if there was one."""
    if media_type not in (APPLICATION_XML, TEXT_XML):
        return b"null" if activity_id is None else b"%d" % activity_id
    if activity_id is None:
        return _NO_ACTIVITY
    return f'<int xmlns="{INT_NAMESPACE}">{activity_id}</int>'.encode()


def error_answer(
    media_type: str, message: str, model_state: Mapping[str, Sequence[str]] | None
) -> bytes:
    """Return a message and, by the names of what is at fault, what is wrong with each.

    The names must be names in XML too. Characters that the media type cannot hold are written as
    U+FFFD.
    """
    if media_type in (APPLICATION_XML, TEXT_XML):
        return _xml_error(message, model_state)
    told: dict[str, object] = {"Message": _surrogate.sub("\ufffd", message)}
    if model_state is not None:
        told["ModelState"] = {
            name: [_surrogate.sub("\ufffd", problem) for problem in problems]
            for name, problems in model_state.items()
        }
    return msgspec.json.encode(told)


def _xml_error(message: str, model_state: Mapping[str, Sequence[str]] | None) -> bytes:
    told = _element("Message", _text(message))
    if model_state is not None:
        faults = (_element(name, _text(" ".join(all_))) for name, all_ in model_state.items())
        told += _element("ModelState", "".join(faults))
    return _element("Error", told).encode()


def _element(name: str, content: str) -> str:
    return f"<{name}>{content}</{name}>"


def _text(text: str) -> str:
    # A reader would take a bare carriage return for a line feed (XML 1.0, section 2.11).
    return escape(_unwritable.sub("\ufffd", text), quote=False).replace("\r", "&#xD;")
