"""Instants as the sender's machines count them, and the three forms in which it writes dates."""

from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Instant: TypeAlias = int
"""Ticks of 100 ns since 1970-01-01T00:00Z: the sender writes seven digits of a second."""

SECOND: Instant = 10_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKS_PER_MICROSECOND = 10


def instant(moment: datetime) -> Instant:
    """Return the instant of a datetime that knows its offset."""
    return (moment - _EPOCH) // timedelta(microseconds=1) * _TICKS_PER_MICROSECOND


def in_utc(at: Instant) -> str:
    """Write an instant as the sender does since 2024: `2025-04-27T10:48:18.2910111Z`."""
    return f"{_second(at)}.{at % SECOND:07d}Z"


def with_offset(at: Instant, offset_hours: int) -> str:
    """Write an instant as in `…_DTO` members: `2025-04-27T06:48:18.2910111-04:00`."""
    local = _second(at + offset_hours * HOUR)
    return f"{local}.{at % SECOND:07d}{offset_hours:+03d}:00"


def zone_less(at: Instant, offset_hours: int) -> str:
    """Write an instant as local time that does not say where: `2025-07-07T07:38:59`."""
    return _second(at + offset_hours * HOUR)


def _second(at: Instant) -> str:
    moment = _EPOCH + timedelta(seconds=at // SECOND)
    return moment.replace(tzinfo=None).isoformat()
