"""JSON as plain values and back, with every digit kept."""

from decimal import Decimal

import msgspec
import pytest

from domain.document import JsonValue, decode, encode


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (b"null", None),
        (b"7", 7),
        (b"-9223372036854775808", -(2**63)),
        (b"18446744073709551615", 2**64 - 1),
        (b"1000.50", Decimal("1000.50")),
        (b"0.1000000000000000055511151231257827", Decimal("0.1000000000000000055511151231257827")),
        (b"1E+3", Decimal("1E+3")),
        (b'"\xc3\xa9\\u0000"', "é\0"),
        (b'{"a":[true,{}]}', {"a": [True, {}]}),
    ],
)
def test_a_document_is_read_and_written_to_the_digit(document: bytes, value: JsonValue) -> None:
    assert repr(decode(document)) == repr(value)
    assert decode(encode(value)) == value
    assert repr(decode(encode(value))) == repr(value)


def test_of_a_member_given_twice_the_last_counts() -> None:
    assert decode(b'{"Id":1,"Id":2}') == {"Id": 2}


@pytest.mark.parametrize(
    "document", [b"", b"{", b"{'a':1}", b"[1,]", b"// no\n1", b"1 2", b"NaN", b"\xef\xbb\xbf1"]
)
def test_only_strict_json_is_read(document: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(document)
