"""A body read, with the notification that its document, or the body itself, holds."""

from msgspec import Struct

from domain.document import JsonValue, decode
from domain.gist import Gist
from interfaces.webhook import bodies


class Told(Struct, frozen=True):
    """What a body says; `tree` is `None` where it says nothing at all."""

    tree: dict[str, JsonValue] | None
    document: bytes | None
    gist: Gist | None


def read_body(media_type: str, body: bytes) -> Told:
    """Read a body. Raises what the reader raises."""
    read = bodies.read_body(media_type, body)
    if read.gist is None:
        return Told(None, read.document, None)
    if read.document is None and not body.lstrip(b" \t\r\n").startswith(b"{"):
        return Told({}, None, read.gist)
    tree = decode(body if read.document is None else read.document)
    assert isinstance(tree, dict)
    return Told(tree, read.document, read.gist)
