"""Points in time as senders write them: kept as sent, ordered by only where they name an offset."""

import re
from datetime import UTC, datetime, timedelta

_ISO = re.compile(
    r"\d{4}-\d\d-\d\d"
    r"(?:[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?"
    r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)?)?",
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

    Taken are ISO 8601 with any number of fraction digits and, as RFC 3339 (5.6) has it, with `t`
    and `z` in small letters, `MM/dd/yyyy` with or without a time, and `/Date(milliseconds)/`: what
    the original endpoint's serializers write and read.
    """
    return _parse(text.strip()) is not None


def instant(text: str) -> datetime | None:
    """Return the point in time in UTC, to the microsecond; `None` without an offset or a `Z`.

    Digits beyond the microsecond are cut, not rounded: a report never seems later than it was.
    """
    parsed = _parse(text.strip())
    return None if parsed is None or parsed.tzinfo is None else _in_utc(parsed)


def calendar_time(text: str) -> datetime | None:
    """Return the point in time, read as UTC where the text names no offset.

    Good for searching, where hours matter little; never for an order of events.
    """
    parsed = _parse(text.strip())
    if parsed is None:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else _in_utc(parsed)


def _in_utc(moment: datetime) -> datetime | None:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return None


def _parse(text: str) -> datetime | None:
    try:
        # The pattern comes first: what the standard library takes differs between its releases
        # (hour 24, minutes of an offset beyond 59, week dates).
        if _ISO.fullmatch(text):
            return datetime.fromisoformat(text.upper())
        if match := _MICROSOFT.fullmatch(text):
            return _EPOCH + timedelta(milliseconds=int(match[1]))
    except (ValueError, OverflowError):
        return None
    return _from_american(text)


def _from_american(text: str) -> datetime | None:
    if "/" not in text:
        return None
    for layout in _AMERICAN:
        try:
            return datetime.strptime(text, layout)  # noqa: DTZ007 - shown as sent, never ordered by
        except ValueError:
            continue
    return None
