"""A file of links between activities and work orders: comma-separated values under a heading."""

import re
from collections.abc import Mapping
from typing import Final, TextIO

from application.link_check import LineProblem, NamedBy, WantedLink
from domain.errors import WorktrailError
from interfaces.exports.csv_rows import csv_rows, delimiter_of, heading_cells

_ACTIVITY: Final = "activityid"
_NAMINGS: Final[Mapping[str, NamedBy]] = {
    "workorderid": "WorkOrderId",
    "number": "Number",
    "purchasenumber": "PurchaseNumber",
}


class LinkFileError(WorktrailError):
    """The file's first line does not say which column is which."""


def read_links(file: TextIO) -> tuple[list[WantedLink], list[LineProblem]]:
    """Return what the file's lines want, and those that cannot be read.

    Raises `LinkFileError`.
    """
    heading = file.readline()
    delimiter = delimiter_of(heading)
    columns = [_plain_name(name) for name in heading_cells(heading, delimiter)]
    named_by = _naming(columns)
    name_at = columns.index(_plain_name(named_by))
    activity_at = columns.index(_ACTIVITY)
    wanted: list[WantedLink] = []
    problems: list[LineProblem] = []
    for row in csv_rows(file, delimiter, len(columns)):
        line = row.line
        if row.problem is not None:
            problems.append(LineProblem(line, row.problem))
            continue
        name, activity = row.cells[name_at].strip(), row.cells[activity_at].strip()
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
