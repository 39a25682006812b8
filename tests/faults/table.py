"""The table of what each fault did."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from tests.faults.run import Row

_HEADINGS: Final = (
    "fault",
    "cycles",
    "kills",
    "acknowledged",
    "aside",
    "repeated",
    "lost",
    "doubled",
)


def as_text(rows: Sequence[Row]) -> str:
    """Return the table in plain text, what was not run and what is wrong in words."""
    lines = [_line(_HEADINGS)]
    for row in rows:
        if row.not_run is not None:
            lines.append(f"{row.fault:<26} not run here: {row.not_run}")
            continue
        figures = [getattr(row, heading) for heading in _HEADINGS[1:]]
        lines.append(_line((row.fault, *figures)))
        lines += [f"    {problem}" for problem in row.problems[:10]]
    totals = [sum(getattr(row, heading) for row in rows) for heading in _HEADINGS[1:]]
    return "\n".join([*lines, _line(("all", *totals))])


def as_json(rows: Sequence[Row]) -> str:
    """Return the table as one JSON document."""
    return json.dumps({"faults": [asdict(row) for row in rows]}, indent=1)


def _line(cells: Sequence[object]) -> str:
    first, *others = cells
    return f"{first!s:<26}" + "".join(f"{cell!s:>13}" for cell in others)
