"""Points in time as senders write them: kept as sent, ordered by only where they name an offset."""

import re
from datetime import UTC, datetime, timedelta, timezone

_ISO = re.compile(
    r"(\d{4}-\d\d-\d\d)"
    r"(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d+))?)?)?"
    r"(Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_MICROSOFT = re.compile(r"/Date\((-?\d{1,16})([+-]\d{4})?\)/", re.ASCII)
_AMERICAN = (
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %I:%M:%S %p",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_date(text: str) -> bool:
    """Say whether the text is a date or a point in time that exists on the calendar.

    Taken are ISO 8601 with any number of fraction digits, `MM/dd/yyyy` with or without a time, and
    `/Date(milliseconds)/`: what the original endpoint's serializers write and read.
    """
    return _parse(text.strip()) is not None


def instant(text: str) -> datetime | None:
    """Return the point in time in UTC, to the microsecond; `None` without an offset or a `Z`.

    Digits beyond the microsecond are cut, not rounded: a report never seems later than it was.
    """
    parsed = _parse(text.strip())
    if parsed is None or parsed.tzinfo is None:
        return None
    try:
        return parsed.astimezone(UTC)
    except OverflowError:
        return None


def _parse(text: str) -> datetime | None:
    try:
        if text[4:5] == "-" and text[10:11] == "T" and text[16:17] == ":":
            return datetime.fromisoformat(text)
        if match := _ISO.fullmatch(text):
            return _from_iso(*match.groups())
        if match := _MICROSOFT.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(match[1]))
    except (ValueError, OverflowError):
        return None
    return _from_american(text)


def _from_iso(
    day: str, minute: str | None, second: str | None, fraction: str | None, offset: str | None
) -> datetime:
    if minute is None and offset is not None:
        raise ValueError(offset)
    text = f"{day}T{minute or '00:00'}:{second or '00'}.{(fraction or '')[:6]:0<6}"
    return datetime.fromisoformat(text).replace(tzinfo=_zone(offset))


def _zone(offset: str | None) -> timezone | None:
    if offset is None:
        return None
    if offset == "Z":
        return UTC
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-ahead if offset[0] == "-" else ahead)


def _from_american(text: str) -> datetime | None:
    if "/" not in text:
        return None
    for layout in _AMERICAN:
        try:
            return datetime.strptime(text, layout)  # noqa: DTZ007 - shown as sent, never ordered by
        except ValueError:
            continue
    return None
