"""What is read from a member's value, kind by kind, and what is not (the contract's JSON section).

Expectations are compared as they are written, so that `True` is not `1` and no digit gets lost.
"""

from decimal import Decimal

import pytest

from domain.document import JsonValue
from domain.members import Kind
from domain.values import UnreadableValueError, read_value

TEXT, INTEGER, DECIMAL = Kind.TEXT, Kind.INTEGER, Kind.DECIMAL
BOOLEAN, DATE = Kind.BOOLEAN, Kind.DATE


@pytest.mark.parametrize(
    ("kind", "value", "known"),
    [
        (TEXT, "a", "a"),
        (TEXT, "", ""),
        (TEXT, "  kept ", "  kept "),
        (TEXT, "2025-07-08T09:12:44.00Z", "2025-07-08T09:12:44.00Z"),
        (TEXT, 182191991, "182191991"),
        (TEXT, Decimal("1.50"), "1.50"),
        (TEXT, True, "True"),
        (TEXT, False, "False"),
        (INTEGER, 7, 7),
        (INTEGER, 0, 0),
        (INTEGER, -7, -7),
        (INTEGER, "7", 7),
        (INTEGER, " 8 ", 8),
        (INTEGER, "+7", 7),
        (INTEGER, "-007", -7),
        (INTEGER, 2**63 - 1, 9223372036854775807),
        (INTEGER, -(2**63), -9223372036854775808),
        (INTEGER, "9223372036854775807", 9223372036854775807),
        (DECIMAL, 1000, Decimal(1000)),
        (DECIMAL, Decimal("1000.50"), Decimal("1000.50")),
        (DECIMAL, "1000.50", Decimal("1000.50")),
        (DECIMAL, " -0.10 ", Decimal("-0.10")),
        (DECIMAL, ".5", Decimal("0.5")),
        (DECIMAL, "5.", Decimal(5)),
        (DECIMAL, "1e3", Decimal("1E+3")),
        (DECIMAL, "12345678901234567890.12", Decimal("12345678901234567890.12")),
        (DECIMAL, Decimal("1E+28"), Decimal("1E+28")),
        (DECIMAL, Decimal("1E-28"), Decimal("1E-28")),
        (BOOLEAN, True, True),
        (BOOLEAN, False, False),
        (BOOLEAN, "true", True),
        (BOOLEAN, " False ", False),
        (BOOLEAN, 1, True),
        (BOOLEAN, 0, False),
        (BOOLEAN, "1", True),
        (BOOLEAN, "0", False),
        (DATE, "2025-07-08T09:12:44", "2025-07-08T09:12:44"),
        (DATE, " 7/8/2025 ", " 7/8/2025 "),
    ],
)
def test_a_value_is_read_as_its_member_s_kind(
    kind: Kind, value: JsonValue, known: JsonValue
) -> None:
    assert repr(read_value(kind, value)) == repr(known)


@pytest.mark.parametrize("kind", [TEXT, INTEGER, DECIMAL, BOOLEAN, DATE])
def test_null_says_nothing(kind: Kind) -> None:
    assert read_value(kind, None) is None


@pytest.mark.parametrize("kind", [INTEGER, DECIMAL, BOOLEAN, DATE])
@pytest.mark.parametrize("blank", ["", "  ", "\t"], ids=["empty", "spaces", "tab"])
def test_blank_text_says_nothing_where_no_text_is_due(kind: Kind, blank: str) -> None:
    assert read_value(kind, blank) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (INTEGER, "abc"),
        (INTEGER, "7.0"),
        (INTEGER, "1e3"),
        (INTEGER, "7 8"),
        (INTEGER, "0x7"),
        (INTEGER, "1_000"),
        (INTEGER, "\u0667"),
        (INTEGER, Decimal("7.0")),
        (INTEGER, True),
        (INTEGER, 2**63),
        (INTEGER, -(2**63) - 1),
        (INTEGER, "9223372036854775808"),
        (INTEGER, "9" * 5_000),
        (DECIMAL, "abc"),
        (DECIMAL, "."),
        (DECIMAL, "1,000.50"),
        (DECIMAL, "$5"),
        (DECIMAL, "NaN"),
        (DECIMAL, "Infinity"),
        (DECIMAL, "1_000"),
        (DECIMAL, True),
        (DECIMAL, 10**29),
        (DECIMAL, "1e30"),
        (DECIMAL, Decimal("1E+999999")),
        (DECIMAL, Decimal("1E-29")),
        (DECIMAL, Decimal("NaN")),
        (BOOLEAN, "yes"),
        (BOOLEAN, "on"),
        (BOOLEAN, 2),
        (BOOLEAN, -1),
        (BOOLEAN, Decimal("1.0")),
        (DATE, "tomorrow"),
        (DATE, "2025-02-30"),
        (DATE, "20250708"),
        (DATE, 20250708),
        (DATE, Decimal("1.5")),
        (DATE, True),
    ],
)
def test_a_value_of_another_kind_cannot_be_read(kind: Kind, value: JsonValue) -> None:
    with pytest.raises(UnreadableValueError):
        read_value(kind, value)


@pytest.mark.parametrize("kind", [TEXT, INTEGER, DECIMAL, BOOLEAN, DATE])
@pytest.mark.parametrize("value", [[], {}, ["7"], {"Id": 7}], ids=repr)
def test_no_kind_is_read_from_lists_and_objects(kind: Kind, value: JsonValue) -> None:
    with pytest.raises(UnreadableValueError):
        read_value(kind, value)
