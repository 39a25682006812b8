"""Which texts are dates, and which of them name a point in time that reports are ordered by."""

from datetime import UTC, datetime

import pytest

from domain.dates import instant, is_date

MORNING = datetime(2025, 7, 8, 9, 12, 44, tzinfo=UTC)
AFTERNOON = MORNING.replace(hour=13)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-07-08T09:12:44Z", MORNING),
        ("2025-07-08 09:12:44Z", MORNING),
        ("2025-07-08t09:12:44z", MORNING),
        ("  2025-07-08T09:12:44Z\n", MORNING),
        ("2025-07-08T09:12Z", MORNING.replace(second=0)),
        ("2025-07-08T09:12:44+00:00", MORNING),
        ("2025-07-08T09:12:44-00:00", MORNING),
        ("2025-07-08T09:12:44-04:00", AFTERNOON),
        ("2025-07-08T09:12:44-0400", AFTERNOON),
        ("2025-07-08 09:12-0400", AFTERNOON.replace(second=0)),
        ("2025-07-09T09:12:44+23:59", MORNING.replace(minute=13)),
        ("2025-07-08T09:12:44.5Z", MORNING.replace(microsecond=500_000)),
        ("2025-07-08T09:12:44.147267Z", MORNING.replace(microsecond=147_267)),
        ("2025-07-08T09:12:44.1472679Z", MORNING.replace(microsecond=147_267)),
        ("2025-07-08T09:12:44.14726799-00:00", MORNING.replace(microsecond=147_267)),
        ("2025-07-08T09:12:44.147267999+0000", MORNING.replace(microsecond=147_267)),
        ("2025-07-08T05:12:44.9999999-04:00", MORNING.replace(microsecond=999_999)),
        ("/Date(1751965964000)/", MORNING),
        ("/Date(1751965964000-0400)/", MORNING),
        ("/Date(-62135596800000)/", datetime(1, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.9999999Z", datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        ("2024-02-29T00:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
    ],
)
def test_with_an_offset_a_text_names_a_point_in_time(text: str, moment: datetime) -> None:
    """Digits beyond the microsecond are cut, so that nothing seems later than it was."""
    assert is_date(text)
    assert instant(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-08",
        "2025-07-08T09:12",
        "2025-07-08T09:12:44",
        "2025-07-08 09:12:44",
        "2025-07-08T09:12:44.1472679",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59.9999999",
        "07/08/2025",
        "7/8/2025",
        "07/08/2025 09:12",
        "07/08/2025 09:12:44",
        "7/8/2025 9:12 AM",
        "7/8/2025 9:12:44 pm",
    ],
)
def test_without_an_offset_a_date_is_shown_and_orders_nothing(text: str) -> None:
    assert is_date(text)
    assert instant(text) is None


@pytest.mark.parametrize(
    "text",
    ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59.9999999-05:00"],
)
def test_a_date_that_only_exists_in_its_own_offset_orders_nothing(text: str) -> None:
    assert is_date(text)
    assert instant(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "20250708",
        "2025-7-8",
        "2025-02-30",
        "2025-02-29T00:00:00Z",
        "2025-00-01",
        "2025-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2025-07-08T24:00:00Z",
        "2025-07-08 24:00",
        "2025-07-08T09:60:00Z",
        "2025-07-08T09:12:60Z",
        "2025-07-08T9:12:44Z",
        "2025-07-08T09Z",
        "2025-07-08Z",
        "2025-07-08T091244Z",
        "2025-07-08T09:12:44.Z",
        "2025-07-08T09:12:44,5Z",
        "2025-07-08T09:12:44 Z",
        "2025-07-08T09:12:44+24:00",
        "2025-07-08T09:12:44+04:60",
        "2025-07-08T09:12:44-4:00",
        "2025-07-08T09:12:44-04:00:30",
        "2025-07-08T09-12:44:30",
        "2025-07-08T09:12:44\0",
        "2025-07-08T09:12:44Z and more",
        "2025-W28-2T09:12:44Z",
        "٢٠٢٥-07-08",
        "13/08/2025",
        "02/30/2025",
        "7/8/25",
        "07/08/2025 24:00",
        "7/8/2025 13:00 PM",
        "/Date()/",
        "/Date(noon)/",
        "/Date(253402300800000)/",
        "/Date(1751965964000)",
        "9" * 10_000,
        "/" * 10_000,
    ],
    ids=lambda text: text[:30],
)
def test_anything_else_is_no_date(text: str) -> None:
    assert not is_date(text)
    assert instant(text) is None
