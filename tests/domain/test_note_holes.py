"""Numbers that are missing between notes are hints."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.document import JsonValue
from domain.note_holes import NoteHole, note_holes
from domain.notification import Path

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def note(note_id: int, number: JsonValue) -> list[tuple[Path, JsonValue, datetime]]:
    told_at = NOON + timedelta(minutes=note_id)
    return [
        (("Notes", note_id, "Number"), number, told_at),
        (("Notes", note_id, "NoteData"), "9", told_at),
    ]


def hole(first: int, last: int, after: int, before: int) -> NoteHole:
    minutes = timedelta(minutes=1)
    return NoteHole(first, last, NOON + after * minutes, NOON + before * minutes)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([], []),
        ([1, 2, 3], []),
        ([5, 6], []),
        ([1, 3], [hole(2, 2, 0, 1)]),
        ([3, 1], [hole(2, 2, 1, 0)]),
        ([1, 2, 6, 7, 9], [hole(3, 5, 1, 2), hole(8, 8, 3, 4)]),
        ([1, 1, 3], [hole(2, 2, 0, 2)]),
        ([1, None, 2], []),
        ([1, 1_000_000_000], [hole(2, 999_999_999, 0, 1)]),
    ],
)
def test_holes(numbers: list[JsonValue], expected: list[NoteHole]) -> None:
    facts = [fact for note_id, number in enumerate(numbers) for fact in note(note_id, number)]
    assert note_holes(facts) == expected


def test_the_work_orders_own_number_is_no_notes() -> None:
    assert note_holes([(("Number",), 7, NOON), (("Beyond", "Number"), 9, NOON)]) == []
