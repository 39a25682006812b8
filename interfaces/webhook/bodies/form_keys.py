"""Where the value of a form's key belongs: `Object.Notes[0].Id` as steps."""

from typing import TypeAlias

from domain.errors import MalformedBodyError

Step: TypeAlias = str | int | None
"""A member's name, the index of a list's item, or `None` for `[]`."""

LONGEST_KEY = 500
DEEPEST_KEY = 8
HIGHEST_INDEX = 9_999

_LONGEST_SHOWN = 60


def steps(key: str, number: int) -> list[Step]:
    """Split a key at its dots and brackets, which mean the same around a name.

    `number` counts the keys of the form. Raises `MalformedBodyError` for a bracket without its
    other half and beyond the bounds on length, depth and index.
    """
    if len(key) > LONGEST_KEY:
        raise _broken(key, number, f"the key is longer than {LONGEST_KEY} characters")
    head, *parts = key.split("[")
    found: list[Step] = [*_names(head)]
    is_balanced = "]" not in head
    for part in parts:
        inside, closing, after = part.partition("]")
        is_balanced = is_balanced and closing == "]" and "]" not in after
        found += _bracketed(inside)
        found += _names(after.removeprefix("."))
    if not is_balanced:
        raise _broken(key, number, "a bracket is not balanced")
    if len(found) > DEEPEST_KEY:
        raise _broken(key, number, f"the key is more than {DEEPEST_KEY} levels deep")
    if any(isinstance(step, int) and step > HIGHEST_INDEX for step in found):
        raise _broken(key, number, f"an index is higher than {HIGHEST_INDEX}")
    return found


def _bracketed(inside: str) -> list[Step]:
    if not inside:
        return [None]
    return [int(inside)] if inside.isascii() and inside.isdigit() else [*_names(inside)]


def _names(dotted: str) -> list[str]:
    return dotted.split(".") if dotted else []


def _broken(key: str, number: int, problem: str) -> MalformedBodyError:
    shown = key if len(key) <= _LONGEST_SHOWN else f"{key[:_LONGEST_SHOWN]}…"
    return MalformedBodyError(f"key {number}, {shown!r}", problem)
