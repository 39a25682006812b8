"""What was open is told back, event by event, from what is open now."""

import pytest

from domain.document import JsonValue
from domain.open_then import Step, is_closed, open_after

OPEN: JsonValue = {"Primary": "OPEN", "Extended": None}
COMPLETED: JsonValue = {"Primary": "COMPLETED", "Extended": "CONFIRMED"}


@pytest.mark.parametrize(
    ("primary", "closed"),
    [
        ("OPEN", False),
        ("IN PROGRESS", False),
        ("INCOMPLETE", False),
        ("of a customer's own", False),
        (None, False),
        (7, False),
        ("COMPLETED", True),
        (" Completed ", True),
        ("CANCELLED", True),
        ("CANCELED", True),
        ("INVOICED", True),
        ("VOID", True),
    ],
)
def test_what_ends_a_work_order(primary: JsonValue, closed: bool) -> None:
    assert is_closed(primary) is closed


# Work order 1 is open all the time, 2 is completed at 20, 3 is first reported at 30, 4 is opened
# again at 40, and 5 gets its first status at 50.
NOW = [1, 3, 4, 5]
STEPS_BACK = [
    Step(50, 5, is_first=False, before=None),
    Step(40, 4, is_first=False, before=COMPLETED),
    Step(30, 3, is_first=True, before=None),
    Step(20, 2, is_first=False, before=OPEN),
]


@pytest.mark.parametrize(
    ("position", "expected"),
    [
        (60, {1, 3, 4, 5}),
        (50, {1, 3, 4, 5}),
        (49, {1, 3, 4, 5}),
        (40, {1, 3, 4, 5}),
        (39, {1, 3, 5}),
        (29, {1, 5}),
        (20, {1, 5}),
        (19, {1, 2, 5}),
        (0, {1, 2, 5}),
    ],
)
def test_what_was_open_after_a_position(position: int, expected: set[int]) -> None:
    assert dict(open_after(NOW, STEPS_BACK, [position])) == {position: expected}


def test_several_positions_are_told_in_one_pass_the_newest_first() -> None:
    steps = iter(STEPS_BACK)
    found = dict(open_after(NOW, steps, [19, 39, 39, 60]))
    assert list(found) == [60, 39, 19]
    assert found == {60: {1, 3, 4, 5}, 39: {1, 3, 5}, 19: {1, 2, 5}}


def test_what_was_completed_and_opened_twice_is_told_at_each_place() -> None:
    steps = [
        Step(9, 1, is_first=False, before=OPEN),
        Step(7, 1, is_first=False, before=COMPLETED),
        Step(5, 1, is_first=False, before=OPEN),
        Step(3, 1, is_first=True, before=None),
    ]
    assert dict(open_after([], steps, [9, 8, 6, 4, 2])) == {
        9: set(),
        8: {1},
        6: set(),
        4: {1},
        2: set(),
    }
