"""Numbers that are missing among a work order's notes: hints that something was not delivered."""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from msgspec import Struct

from domain.document import JsonValue
from domain.notification import Path


class NoteHole(Struct, frozen=True):
    """The numbers from `first` to `last` are missing between two notes.

    `after` and `before` are when those two were told of. It is a hint and no more: the sender does
    not say that it shows every note to everybody.
    """

    first: int
    last: int
    after: datetime
    before: datetime


def note_holes(facts: Iterable[tuple[Path, JsonValue, datetime]]) -> list[NoteHole]:
    """Return the holes among the facts of a work order, each with when it was told of."""
    numbered: dict[int, datetime] = {}
    for path, value, told_at in facts:
        if path[0] == "Notes" and path[-1] == "Number" and isinstance(value, int):
            numbered[value] = min(told_at, numbered.get(value, told_at))
    return [
        NoteHole(number + 1, following - 1, numbered[number], numbered[following])
        for number, following in pairwise(sorted(numbered))
        if following > number + 1
    ]
