"""A file of links between activities and work orders: comma-separated values under a heading."""

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Final, TextIO

from application.link_check import LineProblem, NamedBy, WantedLink
from domain.errors import WorktrailError

_ACTIVITY: Final = "activityid"
_NAMINGS: Final[Mapping[str, NamedBy]] = {
    "workorderid": "WorkOrderId",
    "number": "Number",
    "purchasenumber": "PurchaseNumber",
}
_DELIMITERS: Final = ",;\t"


class LinkFileError(WorktrailError):
    """The file's first line does not say which column is which."""


def read_links(file: TextIO) -> tuple[list[WantedLink], list[LineProblem]]:
    """Return what the file's lines want, and those that cannot be read.

    Raises `LinkFileError`.
    """
    heading = file.readline()
    delimiter = max(_DELIMITERS, key=heading.count)
    columns = [_plain_name(name) for name in next(csv.reader([heading], delimiter=delimiter), [])]
    named_by = _naming(columns)
    name_at = columns.index(_plain_name(named_by))
    activity_at = columns.index(_ACTIVITY)
    wanted: list[WantedLink] = []
    problems: list[LineProblem] = []
    for line, cells in _records(file, delimiter):
        sentence = cells if isinstance(cells, str) else _unreadable(cells, len(columns))
        if sentence is not None:
            problems.append(LineProblem(line, sentence))
            continue
        name, activity = cells[name_at].strip(), cells[activity_at].strip()
        if not name:
            problems.append(LineProblem(line, f"The {named_by} is missing."))
        elif not re.fullmatch(r"-?[0-9]{1,20}", activity):
            problems.append(LineProblem(line, f"{activity!r} is no activity's id."))
        else:
            wanted.append(WantedLink(line, named_by, name, int(activity)))
    return wanted, problems


def _plain_name(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower()


def _naming(columns: list[str]) -> NamedBy:
    found = [named_by for name, named_by in _NAMINGS.items() if name in columns]
    if len(found) != 1 or columns.count(_ACTIVITY) != 1 or columns.count(found[0].lower()) != 1:
        raise LinkFileError(
            "The first line has to name a column ActivityId and one of WorkOrderId, Number "
            "and PurchaseNumber."
        )
    return found[0]


def _records(file: TextIO, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Return each record with the number of its first line, or the sentence why there is none."""
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, f"The line cannot be read: {error}."
            continue
        if any(map(str.strip, cells)):
            yield line, cells


def _unreadable(cells: list[str], columns: int) -> str | None:
    if len(cells) != columns:
        return f"The line has {len(cells)} columns, the first line {columns}."
    if any(map(_has_undecoded, cells)):
        return "The line is not UTF-8."
    return None


def _has_undecoded(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
