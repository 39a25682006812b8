"""Files of links: as spreadsheets write them, and every line that cannot be read by its number."""

from io import BytesIO, TextIOWrapper

import pytest

from application.link_check import LineProblem, WantedLink
from interfaces.cli.link_file import LinkFileError, read_links

HEADING = b"ActivityId,WorkOrderId\n"


def read(content: bytes) -> tuple[list[WantedLink], list[LineProblem]]:
    return read_links(TextIOWrapper(BytesIO(content), "utf-8-sig", "surrogateescape"))


@pytest.mark.parametrize(
    "content",
    [
        b"WorkOrderId,ActivityId\n7,5\n",
        b"\xef\xbb\xbfWorkOrderId,ActivityId\r\n7,5\r\n",
        b'"Activity ID";"Work Order ID"\n" 5 ";"7"',
        b'Name\tactivity_id\twork-order-id\n"a\tb"\t5\t7\n\n\t\t\n',
    ],
)
def test_columns_are_known_by_their_names_however_they_are_written(content: bytes) -> None:
    assert read(content) == ([WantedLink(2, "WorkOrderId", "7", 5)], [])


def test_work_orders_are_named_by_number_or_purchase_number() -> None:
    [link], _ = read("Number,ActivityId\nÄ-7,5\n".encode())
    assert link == WantedLink(2, "Number", "Ä-7", 5)
    [link], _ = read(b"PurchaseNumber,ActivityId\n007,5\n")
    assert link == WantedLink(2, "PurchaseNumber", "007", 5)


@pytest.mark.parametrize(
    "heading",
    [
        b"",
        b"7,5\n",
        b"ActivityId\n5\n",
        b"WorkOrderId\n",
        b"ActivityId,WorkOrderId,Number\n",
        b"ActivityId,ActivityId,WorkOrderId\n",
        b"ActivityId,WorkOrderId,WorkOrderId\n",
        b"\xff\xfeA\x00c\x00",
    ],
)
def test_a_heading_that_does_not_say_which_is_which_is_refused(heading: bytes) -> None:
    with pytest.raises(LinkFileError):
        read(heading)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (b"5", "The line has 1 columns, the first line 2."),
        (b"5,7,9", "The line has 3 columns, the first line 2."),
        (b"5,", "The WorkOrderId is missing."),
        (b",7", "'' is no activity's id."),
        (b"5.0,7", "'5.0' is no activity's id."),
        (b"five,7", "'five' is no activity's id."),
        (b"5,\xe4", "The line is not UTF-8."),
        (b'"5"x,7', "The line cannot be read: ',' expected after '\"'."),
    ],
)
def test_a_line_that_cannot_be_read_is_told_by_its_number_and_the_others_are_read(
    line: bytes, sentence: str
) -> None:
    wanted, problems = read(HEADING + b"1,1\n" + line + b"\n2,2\n")
    assert [link.line for link in wanted] == [2, 4]
    assert problems == [LineProblem(3, sentence)]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    wanted, problems = read(b'ActivityId,Number,Note\n1,A,"two\nlines"\n\n2,B,\nx,C,\n3,"D')
    assert [link.line for link in wanted] == [2, 5]
    assert [problem.line for problem in problems] == [6, 7]
