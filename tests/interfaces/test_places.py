"""Which workers take connections at once."""

import pytest

from interfaces.places import room


@pytest.mark.parametrize(
    ("workers", "processors", "at_once"),
    [
        (1, 1, 1),
        (1, 8, 1),
        (2, 1, 1),
        (2, 2, 1),
        (2, 3, 2),
        (4, 4, 3),
        (4, 5, 4),
        (64, 16, 15),
    ],
)
def test_one_processor_is_left_for_those_that_write(
    workers: int, processors: int, at_once: int
) -> None:
    assert room(workers, processors) == at_once
