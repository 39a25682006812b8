"""The rows of a file of comma-separated values under a heading, each with its line."""

import csv
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

_DELIMITERS: Final = ",;\t"


class CsvRow(Struct, frozen=True):
    """A row from its first line up to the line `end`; `problem` says why it cannot be read."""

    line: int
    end: int
    cells: list[str]
    problem: str | None = None


def delimiter_of(heading: str) -> str:
    """Return what separates the names in a heading."""
    return max(_DELIMITERS, key=heading.count)


def heading_cells(heading: str, delimiter: str) -> list[str]:
    """Return the names in a heading."""
    return next(csv.reader([heading], delimiter=delimiter), [])


def csv_rows(lines: Iterator[str], delimiter: str, columns: int) -> Iterator[CsvRow]:
    """Return the rows below the heading, the file's first line; empty ones are left out.

    What is not UTF-8 is expected as lone surrogates.
    """
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problem = f"The line cannot be read: {error}."
            yield CsvRow(line, reader.line_num + 1, [], problem)
            continue
        if any(map(str.strip, cells)):
            yield CsvRow(line, reader.line_num + 1, cells, _unreadable(cells, columns))


def _unreadable(cells: list[str], columns: int) -> str | None:
    if len(cells) != columns:
        return f"The line has {len(cells)} columns, the first line {columns}."
    if any(map(has_undecoded, cells)):
        return "The line is not UTF-8."
    return None


def has_undecoded(text: str) -> bool:
    """Say whether something in the text was not UTF-8."""
    return any("\ud800" <= character <= "\udfff" for character in text)
