"""A spreadsheet export, read through a mapping: every row is a work order."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from application.fetched import FileRecord, RecordProblem
from domain.document import JsonValue, encode
from domain.members import Kind
from domain.values import UnreadableValueError, read_value
from interfaces.exports.csv_rows import csv_rows, delimiter_of, has_undecoded, heading_cells
from interfaces.exports.mapping import Column, MappingFileError

_KINDS: Final = {
    Kind.INTEGER: "no integer",
    Kind.DECIMAL: "no amount",
    Kind.BOOLEAN: "neither true nor false",
    Kind.DATE: "no date",
}


class _UnreadableCellError(Exception):
    pass


def read_table(content: bytes, mapping: Sequence[Column]) -> Iterator[FileRecord | RecordProblem]:
    """Return each row's record, or what is wrong with it. Raises `MappingFileError`."""
    lines = content.removeprefix(BOM_UTF8).splitlines(keepends=True)
    texts = [line.decode("utf-8", "surrogateescape") for line in lines]
    heading = texts[0] if texts else ""
    delimiter = delimiter_of(heading)
    names = [name.strip() for name in heading_cells(heading, delimiter)]
    places = [(column, _place(names, column.name)) for column in mapping]
    rows = csv_rows(iter(texts[1:]), delimiter, len(names))
    for number, row in enumerate(rows, start=1):
        if row.problem is not None:
            yield RecordProblem(row.line, number, row.problem)
            continue
        try:
            told = _work_order([(column, row.cells[place]) for column, place in places])
        except _UnreadableCellError as wrong:
            yield RecordProblem(row.line, number, str(wrong))
            continue
        original = b"".join(lines[row.line - 1 : row.end])
        yield FileRecord(row.line, number, original, told, encode(told))


def _place(names: list[str], name: str) -> int:
    if any(map(has_undecoded, names)):
        raise MappingFileError("The file's first line is not UTF-8.")
    if names.count(name) != 1:
        known = "no column" if name not in names else "several columns"
        raise MappingFileError(f"The file's first line has {known} {name!r}.")
    return names.index(name)


def _work_order(cells: Sequence[tuple[Column, str]]) -> dict[str, JsonValue]:
    told: dict[str, JsonValue] = {}
    for column, cell in cells:
        text = cell.strip()
        if not text:
            continue
        value = _value(column, text)
        *outer, name = column.path
        inner = told.setdefault(outer[0], {}) if outer else told
        if isinstance(inner, dict):
            inner[name] = value
    return told


def _value(column: Column, text: str) -> JsonValue:
    if column.kind is Kind.DATE:
        text = _dated(column, text)
    try:
        return read_value(column.kind, text)
    except UnreadableValueError:
        raise _UnreadableCellError(
            f"The column {column.name!r} says {text!r}, which is {_KINDS[column.kind]}."
        ) from None


def _dated(column: Column, text: str) -> str:
    """Return a date as ISO 8601 where its column has a format or a zone."""
    if column.format is None and column.zone is None:
        return text
    try:
        if column.format is None:
            moment = datetime.fromisoformat(text)
        else:
            moment = datetime.strptime(text, column.format)  # noqa: DTZ007 - the zone comes next
    except ValueError:
        form = f"not of the form {column.format}" if column.format else "no date"
        raise _UnreadableCellError(
            f"The column {column.name!r} says {text!r}, which is {form}."
        ) from None
    if moment.tzinfo is None and column.zone is not None:
        moment = moment.replace(tzinfo=column.zone)
    return moment.isoformat()
