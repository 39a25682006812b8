"""Integers within bounds, in requests and in the API's document alike.

Litestar writes bounds as floats, and the highest integer of 64 bits is none: they are said again.
"""

from typing import Any, Final

from litestar.params import QueryParameter
from msgspec import Meta

ASKED_IN_DIGITS: Final = frozenset({"limit", "workOrderId", "activityId", "locationId"})
"""The integers that a query can have, by their names there."""

_IN_DIGITS: Final = "In digits alone: neither 1.0 nor 1e3 is taken."


def between(lowest: int, highest: int) -> Meta:
    """Return the bounds of an integer in a body, both included."""
    told = {**_written(lowest, highest), "description": _IN_DIGITS}
    return Meta(ge=lowest, le=highest, extra_json_schema={"extra": told})


def asked_between(
    lowest: int, highest: int, query: str | None = None, description: str | None = None
) -> Any:
    """Return the bounds of an integer in a query, both included, and its name there."""
    return QueryParameter(
        name=query,
        description=description,
        ge=lowest,
        le=highest,
        schema_extra=_written(lowest, highest),
    )


def _written(lowest: int, highest: int) -> dict[str, Any]:
    return {"minimum": lowest, "maximum": highest}
