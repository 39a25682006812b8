"""Reads the body of a webhook in any of its media types."""

from collections.abc import Callable, Mapping

from application.ports import ReadBody
from interfaces.webhook.bodies import form, json, xml
from interfaces.webhook.bodies.media import (
    APPLICATION_JSON,
    APPLICATION_XML,
    FORM,
    TEXT_JSON,
    TEXT_XML,
    parse,
)

_READERS: Mapping[str, Callable[[bytes, str], ReadBody]] = {
    APPLICATION_JSON: json.read,
    TEXT_JSON: json.read,
    APPLICATION_XML: xml.read,
    TEXT_XML: xml.read,
    FORM: form.read,
}


def read_body(media_type: str, body: bytes) -> ReadBody:
    """Read a body by its whole Content-Type value; an empty body says nothing in any media type.

    Raises `UnsupportedMediaTypeError` and `MalformedBodyError`, and nothing else.
    """
    if not body:
        return ReadBody(None, None)
    kind = parse(media_type)
    return _READERS[kind.essence](body, kind.charset)
