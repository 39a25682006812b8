"""JSON documents as plain values, with every digit of every number kept."""

from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"
"""What a decoded document holds; a number with a point or an exponent is a `Decimal`."""

_decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def decode(document: bytes) -> JsonValue:
    """Decode strict UTF-8 JSON; of a member given twice the last counts.

    Raises `msgspec.DecodeError`, `UnicodeDecodeError` or `RecursionError` for anything else.
    """
    value: JsonValue = _decoder.decode(document)
    return value


def encode(value: JsonValue) -> bytes:
    """Encode as UTF-8 JSON without white space; decimals as numbers, digits kept."""
    return _encoder.encode(value)
