"""Which column of a spreadsheet export is which member of the contract: a small TOML file."""

import re
import tomllib
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from domain.errors import WorktrailError
from domain.members import STATUS, Kind
from domain.notification import OBJECT_MEMBERS

_NO_COLUMN: Final = frozenset({Kind.NOTES, Kind.STATUS})
_OFFSET: Final = re.compile(r"([+-])(\d\d):?(\d\d)")
_ID: Final = ("Id",)


class MappingFileError(WorktrailError):
    """The mapping cannot be used."""


class Column(Struct, frozen=True):
    """What a column says: of which member, and how its dates are written."""

    name: str
    path: tuple[str, ...]
    kind: Kind
    format: str | None = None
    zone: tzinfo | None = None


def read_mapping(text: str) -> tuple[Column, ...]:
    """Read a mapping. Raises `MappingFileError`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingFileError(f"The mapping is no TOML: {error}.") from error
    columns, dates = _table(document, "columns"), _table(document, "dates")
    _refuse_unknown("The mapping", document, {"columns", "dates"})
    _refuse_unknown("[dates]", dates, {"format", "zone"})
    read = tuple(_column(name, told, dates) for name, told in columns.items())
    paths = [column.path for column in read]
    if paths.count(_ID) != 1:
        raise MappingFileError("The mapping has to say in [columns] which column is the Id.")
    for column in read:
        if paths.count(column.path) > 1:
            raise MappingFileError(f"Two columns are {'.'.join(column.path)}.")
    return read


def _table(document: dict[str, Any], name: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise MappingFileError(f"{name} has to be a table, under [{name}].")
    return table


def _refuse_unknown(what: str, table: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(table.keys() - known)
    if unknown:
        raise MappingFileError(f"{what} knows {_listed(known)}, and no {unknown[0]}.")


def _listed(names: set[str]) -> str:
    *others, last = sorted(names)
    return f"{', '.join(others)} and {last}"


def _column(name: str, told: Any, dates: dict[str, Any]) -> Column:
    given = {"member": told} if isinstance(told, str) else told
    if not isinstance(given, dict) or not isinstance(given.get("member"), str):
        raise MappingFileError(f"The column {name!r} has to say which member it is.")
    _refuse_unknown(f"The column {name!r}", given, {"member", "format", "zone"})
    path, kind = _member(name, given["member"])
    if kind is not Kind.DATE:
        if len(given) > 1:
            raise MappingFileError(f"The column {name!r} is no date: it has no format or zone.")
        return Column(name, path, kind)
    dated = dates | given
    return Column(name, path, kind, _format(name, dated.get("format")), _zone(dated.get("zone")))


def _member(name: str, member: str) -> tuple[tuple[str, ...], Kind]:
    path = tuple(member.split("."))
    if len(path) == 1 and OBJECT_MEMBERS.get(member, Kind.NOTES) not in _NO_COLUMN:
        return path, OBJECT_MEMBERS[member]
    if len(path) == 2 and path[0] == "Status" and path[1] in STATUS:
        return path, Kind.TEXT
    if len(path) == 2 and path[0] == "Beyond" and path[1] and path[1] not in OBJECT_MEMBERS:
        return path[1:], Kind.DATE if path[1].endswith(("Date", "_DTO")) else Kind.TEXT
    raise MappingFileError(
        f"The column {name!r} cannot be {member!r}: give a member of the contract's work order, "
        "Status.Primary, Status.Extended, or Beyond. and a name for any other."
    )


def _format(name: str, text: Any) -> str | None:
    if text is None:
        return None
    try:
        # What is written and read again shows a format that is none, or loses the date.
        moment = datetime(2025, 7, 8, tzinfo=UTC)
        if datetime.strptime(moment.strftime(text), text).date() == moment.date():  # noqa: DTZ007
            return str(text)
    except (TypeError, ValueError):
        pass
    raise MappingFileError(
        f"{text!r} of the column {name!r} is no format of a date: write one such as "
        "'%m/%d/%Y %I:%M %p'."
    )


def _zone(name: Any) -> tzinfo | None:
    if name is None or name == "":
        return None
    if isinstance(name, str):
        if name == "Z":
            return UTC
        if offset := _OFFSET.fullmatch(name):
            distance = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
            return timezone(-distance if offset[1] == "-" else distance)
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            pass
    raise MappingFileError(
        f"{name!r} is no zone that this machine knows: give one such as America/New_York, or an "
        "offset such as -05:00."
    )
