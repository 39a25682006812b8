"""Reads a notification from strict JSON (RFC 8259)."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import NoReturn

import msgspec

from application.ports import ReadBody
from domain.document import JsonValue, decode, encode
from domain.errors import MalformedBodyError
from domain.gist import gist, plain_gist
from domain.members import in_contract_names
from interfaces.webhook.bodies.depth import DEEPEST, check_depth, too_deep
from interfaces.webhook.bodies.media import utf8

MOST_VALUES = 100_000
FEWEST_VALUE_BYTES = 24
"""A larger body may have one more value for so many bytes, as notifications have."""

_WHITE_SPACE = b" \t\r\n"
_outside_and_text = re.compile(rb'([^"]*)(?:"[^"]*"?)?')
_lone_surrogate = re.compile("[\ud800-\udfff]")


def read(body: bytes, charset: str) -> ReadBody:
    """Read a JSON body; white space alone counts as an empty one.

    A value that is not an object is well-formed, but says nothing: its gist is that of an empty
    one, and it has no document. Raises `MalformedBodyError`.
    """
    text = utf8(body, charset)
    as_arrived = text is body
    _check_number_of_values(text)
    if as_arrived and (told := plain_gist(text)) is not None:
        return ReadBody(told, None)
    # Counting is far cheaper than looking, and nothing is deeper than it has brackets.
    may_be_deep = text.count(b"{") + text.count(b"[") > DEEPEST
    try:
        given = decode(text)
        if may_be_deep:
            check_depth(given)
    except RecursionError:
        raise too_deep("the body") from None
    except (msgspec.DecodeError, UnicodeDecodeError, InvalidOperation):
        given, as_arrived = _read_again(text), False
    if given is None:
        return ReadBody(None, None)
    if not isinstance(given, dict):
        return ReadBody(gist({}), None)
    tree = in_contract_names(given)
    return ReadBody(gist(tree), None if as_arrived and tree is given else encode(tree))


def _check_number_of_values(text: bytes) -> None:
    # Only where counting says that there may be too many are texts left out of account.
    most = max(MOST_VALUES, len(text) // FEWEST_VALUE_BYTES)
    if len(text) < most or 1 + _separators(text) <= most:
        return
    values = 1
    # Piece by piece: all of them at once take forty times the room of the body.
    for piece in _outside_and_text.finditer(text.replace(b"\\\\", b"").replace(b'\\"', b"")):
        values += _separators(piece[1])
        if values > most:
            raise MalformedBodyError("the body", f"there are more than {most} values")


def _separators(text: bytes) -> int:
    # Each of them begins at most one value more.
    return text.count(b",") + text.count(b"{") + text.count(b"[")


def _read_again(text: bytes) -> JsonValue:
    """Read what the fast decoder refused: JSON it cannot hold, or no JSON, and then say where.

    A lone surrogate escape becomes U+FFFD; a number beyond every range stays the text it is.
    """
    if not text.strip(_WHITE_SPACE):
        return None
    try:
        given: JsonValue = _decoder.decode(text.decode())
    except UnicodeDecodeError as error:
        raise MalformedBodyError(f"byte {error.start + 1}", "the text is not UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise MalformedBodyError(place, error.msg) from None
    except RecursionError:
        raise too_deep("the body") from None
    check_depth(given)
    return _without_lone_surrogates(given)


def _without_lone_surrogates(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _lone_surrogate.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_lone_surrogates(inner) for inner in value]
    if isinstance(value, dict):
        return {
            _lone_surrogate.sub("\ufffd", name): _without_lone_surrogates(inner)
            for name, inner in value.items()
        }
    return value


def _integer(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:  # longer than the interpreter converts
        return digits


def _decimal(number: str) -> Decimal | str:
    try:
        return Decimal(number)
    except InvalidOperation:  # an exponent no decimal can have
        return number


def _refuse(constant: str) -> NoReturn:
    raise MalformedBodyError("a number", f"{constant} is not JSON")


_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_decimal, parse_constant=_refuse)
