"""Spreadsheet exports: each row a record with its bytes, read through a mapping."""

import pytest

from application.fetched import FileRecord, RecordProblem
from domain.document import decode
from interfaces.exports.mapping import MappingFileError, read_mapping
from interfaces.exports.table import read_table

MAPPING = """
[dates]
format = "%m/%d/%Y %I:%M %p"
zone = "-05:00"

[columns]
"Tracking #" = "Id"
"Status" = "Status.Primary"
"Extended Status" = "Status.Extended"
"NTE" = "Nte"
"Updated" = "UpdatedDate"
"Scheduled" = {member = "ScheduledDate", zone = ""}
"Store" = "Beyond.LocationStoreId"
"""
HEADING = "Tracking #,Status,Extended Status,NTE,Updated,Scheduled,Store,Other\r\n"


def read(*rows: str, mapping: str = MAPPING) -> list[FileRecord | RecordProblem]:
    return list(read_table((HEADING + "".join(rows)).encode(), read_mapping(mapping)))


def test_a_row_is_a_work_order_and_its_bytes_are_kept() -> None:
    row = '7,IN PROGRESS,ON SITE,850.50,07/08/2025 09:12 AM,07/09/2025 01:00 PM,0024,"a\r\nb"\r\n'
    [record] = read(row)
    assert isinstance(record, FileRecord)
    assert (record.line, record.record, record.content) == (2, 1, row.encode())
    assert record.document is not None
    assert decode(record.document) == record.work_order
    assert record.work_order == decode(
        b"""{"Id": 7, "Status": {"Primary": "IN PROGRESS", "Extended": "ON SITE"}, "Nte": 850.50,
        "UpdatedDate": "2025-07-08T09:12:00-05:00", "ScheduledDate": "2025-07-09T13:00:00",
        "LocationStoreId": "0024"}"""
    )


def test_an_empty_cell_says_nothing() -> None:
    [record] = read("7,, ,,,,,\n")
    assert isinstance(record, FileRecord)
    assert record.work_order == {"Id": 7}


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    one, two, three = read('7,"a\nb",,,,,,\n', "\n", "8,\n", "9,,,,,,,")
    assert (one.line, two.line, three.line) == (2, 5, 6)
    assert isinstance(three, FileRecord)
    assert three.content == b"9,,,,,,,"
    assert two == RecordProblem(5, 2, "The line has 2 columns, the first line 8.")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("seven,,,,,,,", "The column 'Tracking #' says 'seven', which is no integer."),
        ("7,,,$850,,,,", "The column 'NTE' says '$850', which is no amount."),
        (
            "7,,,,2025-07-08,,,",
            "The column 'Updated' says '2025-07-08', which is not of the form %m/%d/%Y %I:%M %p.",
        ),
        ('7"x,,,,,,"y"z,', "The line cannot be read: ',' expected after '\"'."),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column(row: str, sentence: str) -> None:
    assert read(row) == [RecordProblem(2, 1, sentence)]


def test_a_line_that_is_not_utf_8_is_told() -> None:
    content = HEADING.encode() + b"7,\xe4,,,,,,\n8,,,,,,,\n"
    one, two = read_table(content, read_mapping(MAPPING))
    assert one == RecordProblem(2, 1, "The line is not UTF-8.")
    assert isinstance(two, FileRecord)


@pytest.mark.parametrize(
    ("heading", "sentence"),
    [
        ("Id,Updated\n", "The file's first line has no column 'Tracking #'."),
        ("", "The file's first line has no column 'Tracking #'."),
        ("Tracking #,Tracking #\n", "The file's first line has several columns 'Tracking #'."),
    ],
)
def test_a_heading_without_a_mapped_column_is_refused(heading: str, sentence: str) -> None:
    mapping = read_mapping('[columns]\n"Tracking #" = "Id"')
    with pytest.raises(MappingFileError, match=sentence):
        list(read_table(heading.encode(), mapping))


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Z", "2025-07-08T09:12:00+00:00"),
        ("America/New_York", "2025-07-08T09:12:00-04:00"),
        ("+0530", "2025-07-08T09:12:00+05:30"),
    ],
)
def test_a_zone_alone_is_given_to_times_that_have_none(zone: str, shown: str) -> None:
    mapping = f'[columns]\nT = "Id"\nU = {{member = "UpdatedDate", zone = "{zone}"}}\n'
    content = b"T;U\n7;2025-07-08T09:12\n7;2025-07-08T09:12:00-03:00\n"
    first, second = read_table(content, read_mapping(mapping))
    assert isinstance(first, FileRecord)
    assert isinstance(second, FileRecord)
    assert first.work_order["UpdatedDate"] == shown
    assert second.work_order["UpdatedDate"] == "2025-07-08T09:12:00-03:00"


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("[columns", "The mapping is no TOML"),
        ("", "has to say in [columns] which column is the Id"),
        ("columns = 1", "columns has to be a table, under [columns]."),
        ("[column]", "The mapping knows columns and dates, and no column."),
        ("[dates]\nzones = 'Z'", "[dates] knows format and zone, and no zones."),
        ("[columns]\nA = 'Id'\nB = 'Id'", "which column is the Id"),
        ("[columns]\nA = 'Id'\nB = 'Nte'\nC = 'Nte'", "Two columns are Nte."),
        ("[columns]\nA = 'Id'\nB = 'nte'", "The column 'B' cannot be 'nte'"),
        ("[columns]\nA = 'Id'\nB = 'Notes'", "The column 'B' cannot be 'Notes'"),
        ("[columns]\nA = 'Id'\nB = 'Beyond.Nte'", "The column 'B' cannot be 'Beyond.Nte'"),
        ("[columns]\nA = 'Id'\nB = 7", "The column 'B' has to say which member it is."),
        ("[columns]\nA = 'Id'\nB = {member = 'Nte', zone = 'Z'}", "The column 'B' is no date"),
        ("[columns]\nA = 'Id'\nB = {member = 'Date', form = 'Z'}", "knows format, member and zone"),
        ("[columns]\nA = 'Id'\nB = {member = 'Date', zone = 'Mars'}", "'Mars' is no zone"),
        ("[columns]\nA = 'Id'\nB = {member = 'Date', format = '%I'}", "'%I' of the column 'B'"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_refused(mapping: str, sentence: str) -> None:
    with pytest.raises(MappingFileError) as refused:
        read_mapping(mapping)
    assert sentence in str(refused.value)
