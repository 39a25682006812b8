"""Where the value of a form's key belongs: `Object.Notes[0].Id` as steps."""

from typing import TypeAlias

from domain.errors import MalformedBodyError

Step: TypeAlias = str | int | None
"""A member's name, the index of a list's item, or `None` for `[]`."""

LONGEST_KEY = 500
DEEPEST_KEY = 8
HIGHEST_INDEX = 9_999


def steps(key: str, place: str) -> list[Step]:
    """Split a key at its dots and brackets, which mean the same around a name.

    `place` says which key it is. Raises `MalformedBodyError` for a bracket without its other half
    and beyond the bounds on length, depth and index.
    """
    if len(key) > LONGEST_KEY:
        raise MalformedBodyError(place, f"the key is longer than {LONGEST_KEY} characters")
    head, *parts = key.split("[")
    if "]" in head:
        raise _unbalanced(place)
    found: list[Step] = [*_names(head)]
    for part in parts:
        inside, closing, after = part.partition("]")
        if not closing or "]" in after:
            raise _unbalanced(place)
        found += _bracketed(inside, place)
        found += _names(after.removeprefix("."))
    if len(found) > DEEPEST_KEY:
        raise MalformedBodyError(place, f"the key is more than {DEEPEST_KEY} levels deep")
    return found


def _bracketed(inside: str, place: str) -> list[Step]:
    if not inside:
        return [None]
    if not (inside.isascii() and inside.isdigit()):
        return [*_names(inside)]
    index = int(inside)
    if index > HIGHEST_INDEX:
        raise MalformedBodyError(place, f"an index is higher than {HIGHEST_INDEX}")
    return [index]


def _names(dotted: str) -> list[str]:
    return dotted.split(".") if dotted else []


def _unbalanced(place: str) -> MalformedBodyError:
    return MalformedBodyError(place, "a bracket is not balanced")
