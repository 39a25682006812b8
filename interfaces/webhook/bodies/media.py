"""What a Content-Type value says, and a body's bytes as UTF-8."""

import codecs
import re
from functools import lru_cache

from msgspec import Struct

from domain.errors import MalformedBodyError, WorktrailError

APPLICATION_JSON = "application/json"
TEXT_JSON = "text/json"
APPLICATION_XML = "application/xml"
TEXT_XML = "text/xml"
FORM = "application/x-www-form-urlencoded"

_SUPPORTED = frozenset({APPLICATION_JSON, TEXT_JSON, APPLICATION_XML, TEXT_XML, FORM})

# A body that does not say otherwise counts as this (RFC 9110, 8.3).
_UNNAMED = "application/octet-stream"

# Bare "utf-16" without a mark is little-endian, as on the original's platform.
_UTF_16 = {"utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"}

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - a grammar's token, no secret
_PARAMETER = rf';[ \t]*({_TOKEN})(?:[ \t]*=[ \t]*({_TOKEN}|"(?:[^"\\]|\\.)*"))?[ \t]*'
_parameter = re.compile(_PARAMETER)
_content_type = re.compile(rf"[ \t]*({_TOKEN}/{_TOKEN})[ \t]*((?:{_PARAMETER})*)")


class UnsupportedMediaTypeError(WorktrailError):
    """No body of this media type is read."""

    def __init__(self, media_type: str) -> None:
        super().__init__(
            f"The request entity's media type '{media_type}' is not supported for this resource."
        )
        self.media_type = media_type


class MediaType(Struct, frozen=True):
    """A supported media type in lower case.

    `charset` is the codec of a body without byte order mark: UTF-8, also where an unknown charset
    was declared, or UTF-16 in one byte order.
    """

    essence: str
    charset: str


@lru_cache(maxsize=64)
def parse(content_type: str) -> MediaType:
    """Read a Content-Type value by RFC 9110; an empty one counts as `application/octet-stream`.

    Raises `UnsupportedMediaTypeError` for any other than the five of the contract, and for a value
    that does not follow the grammar, such as `application/json;`.
    """
    match = _content_type.fullmatch(content_type)
    if match is None:
        raise UnsupportedMediaTypeError(content_type.strip() or _UNNAMED)
    essence = match[1].lower()
    if essence not in _SUPPORTED:
        raise UnsupportedMediaTypeError(match[1])
    for name, value in _parameter.findall(match[2]):
        if name.lower() == "charset":
            return MediaType(essence, _UTF_16.get(value.strip('"').lower(), "utf-8"))
    return MediaType(essence, "utf-8")


def utf8(body: bytes, charset: str) -> bytes:
    """Return the body as UTF-8 without byte order mark; a mark outweighs the charset.

    The very same object is returned where the body already is that. Whether UTF-8 is well-formed
    is left to its reader. Raises `MalformedBodyError` where UTF-16 is not.
    """
    if charset == "utf-8" and body[:1].isascii():
        # Every mark begins with another byte.
        return body
    skipped = 0
    for mark, marked in _MARKS:
        if body.startswith(mark):
            skipped, charset = len(mark), marked
            break
    if charset == "utf-8":
        return body[skipped:]
    try:
        return body[skipped:].decode(charset).encode()
    except UnicodeDecodeError as error:
        place = f"byte {skipped + error.start + 1}"
        raise MalformedBodyError(place, "the text is not UTF-16") from None
