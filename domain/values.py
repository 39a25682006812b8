"""How one member's value is read: leniently in form, strictly in meaning."""

import re
from collections.abc import Callable
from decimal import Decimal

from domain.dates import is_date
from domain.document import JsonValue
from domain.members import Kind

_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,6})?", re.ASCII)
_MOST_DECIMAL_DIGITS = 29
"""The digits a .NET `decimal` holds, and so the largest amount the contract's page can mean."""

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}


class UnreadableValueError(ValueError):
    """A value is not of its member's kind."""


def read_value(kind: Kind, value: JsonValue) -> JsonValue:
    """Return a text, integer, decimal, boolean or date; `None` where nothing is said.

    Integers and decimals are taken from text, texts from numbers and booleans; a date stays the
    text that was sent. Raises `UnreadableValueError` for anything else.
    """
    if value is None:
        return None
    return _READERS[kind](value)


def _text(value: JsonValue) -> JsonValue:
    if type(value) is str:
        return value
    if isinstance(value, bool | int | Decimal):
        return str(value)
    raise UnreadableValueError


def _integer(value: JsonValue) -> JsonValue:
    if type(value) is str:
        digits = value.strip()
        if not digits:
            return None
        if not _INTEGER.fullmatch(digits):
            raise UnreadableValueError
        value = int(digits)
    if type(value) is int and -(2**63) <= value < 2**63:
        return value
    raise UnreadableValueError


def _decimal(value: JsonValue) -> JsonValue:
    if type(value) is str:
        if not value.strip():
            return None
        if not _DECIMAL.fullmatch(value.strip()):
            raise UnreadableValueError
        value = Decimal(value.strip())
    elif type(value) is int:
        value = Decimal(value)
    if type(value) is not Decimal or not value.is_finite():
        raise UnreadableValueError
    exponent = value.as_tuple().exponent
    if value.adjusted() >= _MOST_DECIMAL_DIGITS or int(exponent) <= -_MOST_DECIMAL_DIGITS:
        raise UnreadableValueError
    return value


def _boolean(value: JsonValue) -> JsonValue:
    if type(value) is bool:
        return value
    text = str(value).strip().lower() if isinstance(value, int | Decimal | str) else "unreadable"
    if not text:
        return None
    if text not in _BOOLEANS:
        raise UnreadableValueError
    return _BOOLEANS[text]


def _date(value: JsonValue) -> JsonValue:
    if type(value) is not str:
        raise UnreadableValueError
    if not value.strip():
        return None
    if not is_date(value):
        raise UnreadableValueError
    return value


_READERS: dict[Kind, Callable[[JsonValue], JsonValue]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
}
