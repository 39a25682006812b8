from datetime import UTC, datetime

import pytest

from interfaces.simulator.dates import Instant, in_utc, instant, with_offset, zone_less

MORNING = instant(datetime(2025, 4, 27, 10, 48, 18, 291011, tzinfo=UTC)) + 1


def test_an_instant_in_utc_has_seven_digits_of_a_second() -> None:
    assert in_utc(MORNING) == "2025-04-27T10:48:18.2910111Z"


@pytest.mark.parametrize(
    ("at", "offset_hours", "written"),
    [
        (MORNING, -4, "2025-04-27T06:48:18.2910111-04:00"),
        (MORNING, 2, "2025-04-27T12:48:18.2910111+02:00"),
        (MORNING, -11, "2025-04-26T23:48:18.2910111-11:00"),
        (0, -4, "1969-12-31T20:00:00.0000000-04:00"),
    ],
)
def test_an_instant_with_offset_is_local_and_says_so(
    at: Instant, offset_hours: int, written: str
) -> None:
    assert with_offset(at, offset_hours) == written


def test_a_zone_less_date_is_local_to_the_second() -> None:
    assert zone_less(MORNING, -4) == "2025-04-27T06:48:18"
