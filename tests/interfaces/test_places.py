"""Which workers take connections at once."""

import resource

import pytest

from interfaces.places import places, room


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


def test_each_connection_that_is_taken_shows_unless_the_disk_is_full() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with places(1) as lent:
        seen = [lent.last_taken]
        for _ in range(2):
            lent.count_taken()
            seen.append(lent.last_taken)
        assert len(set(seen)) == 3
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
        try:
            lent.count_taken()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert lent.last_taken == seen[-1]
