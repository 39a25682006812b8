"""How deeply a body may be nested."""

from collections.abc import Iterable

from domain.document import JsonValue
from domain.errors import MalformedBodyError

DEEPEST = 64
"""Levels of objects and lists, or of elements; the contract's notification has four."""


def too_deep(place: str) -> MalformedBodyError:
    """Return the error of a body that is nested more deeply than `DEEPEST`."""
    return MalformedBodyError(place, f"the body is nested more than {DEEPEST} levels deep")


def check_depth(value: JsonValue) -> None:
    """Raise `MalformedBodyError` where the value is nested too deeply."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner for outer in level for inner in _inside(outer) if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise too_deep("the body")


def _inside(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
