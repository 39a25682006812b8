"""Text by the kind of its member, for media types that know nothing but text."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeAlias

from domain.document import JsonValue
from domain.members import BEYOND, NOTE, STATUS, WORK_ORDER, Kind, Members

INSIDE: Mapping[Kind | None, Members] = {
    Kind.OBJECT: WORK_ORDER | BEYOND,
    Kind.STATUS: STATUS,
    Kind.NOTES: NOTE,
}
"""The members known inside a member of each kind; of `NOTES`, those of each note."""

BooleanReader: TypeAlias = Callable[[str], bool | None]
"""Reads a boolean as its media type spells it, `None` where it is none."""

_integer = re.compile(r"[+-]?[0-9]{1,19}")
_decimal = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_LONGEST_DECIMAL = 40
"""More than a .NET `decimal` can need; longer ones stay text, as integers past 64 bits do."""


def typed(text: str, kind: Kind | None, boolean: BooleanReader) -> JsonValue:
    """Return an integer, decimal or boolean where the kind wants it and the text plainly is one.

    White space around it is not counted. Any other text is returned as it is.
    """
    value: JsonValue = None
    if kind is Kind.INTEGER:
        value = _as_integer(text.strip())
    elif kind is Kind.DECIMAL:
        value = _as_decimal(text.strip())
    elif kind is Kind.BOOLEAN:
        value = boolean(text.strip())
    return text if value is None else value


def _as_integer(plain: str) -> int | None:
    if not _integer.fullmatch(plain):
        return None
    number = int(plain)
    return number if -(2**63) <= number < 2**63 else None


def _as_decimal(plain: str) -> Decimal | None:
    is_one = len(plain) <= _LONGEST_DECIMAL and _decimal.fullmatch(plain)
    return Decimal(plain) if is_one else None
