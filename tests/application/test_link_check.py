"""Every wrong line is found before anything is done, and says in a sentence what is wrong."""

import pytest

from application.link_check import (
    CheckedLink,
    LineProblem,
    Named,
    NamedBy,
    OpenActivities,
    WantedLink,
    check,
)

NUMBERS: Named = {"Number": {"A-1": [7], "B-1": [7], "A-2": [8, 9], "A-3": [1, 2, 3, 4, 5, 6]}}
NOTHING_OPEN = OpenActivities([])


def wanted(*links: tuple[str, int], by: NamedBy = "WorkOrderId") -> list[WantedLink]:
    return [WantedLink(line, by, name, id_) for line, (name, id_) in enumerate(links, start=2)]


def test_lines_that_fit_become_links() -> None:
    checked = check(wanted(("7", 1), ("8", 2)), {}, NOTHING_OPEN)
    assert checked.links == [CheckedLink(2, 7, 1), CheckedLink(3, 8, 2)]
    assert (checked.open_already, checked.problems) == (0, [])


def test_a_number_finds_its_work_order() -> None:
    checked = check(wanted(("A-1", 5), by="Number"), NUMBERS, NOTHING_OPEN)
    assert checked.links == [CheckedLink(2, 7, 5)]


def test_what_is_open_already_is_told_and_left_alone() -> None:
    checked = check(wanted(("7", 1), ("8", 2)), {}, OpenActivities([(1, 7)]))
    assert checked.links == [CheckedLink(3, 8, 2)]
    assert checked.already == [CheckedLink(2, 7, 1)]
    assert checked.open_already == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("A-2", "2 work orders have the Number 'A-2': 8, 9."),
        ("A-3", "6 work orders have the Number 'A-3': 1, 2, 3, 4, 5, …."),
        ("A-4", "No work order with the Number 'A-4' is known."),
    ],
)
def test_a_number_that_names_no_single_work_order_is_a_problem(name: str, sentence: str) -> None:
    checked = check(wanted((name, 5), by="Number"), NUMBERS, NOTHING_OPEN)
    assert (checked.links, checked.problems) == ([], [LineProblem(2, sentence)])


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (("7", 1), "This is what line 2 says already."),
        (("8", 1), "Activity 1 is on line 2 already."),
        (("7", 2), "Work order 7 is on line 2 already, with activity 1."),
        (("8", 0), "Activity id 0 is not between 1 and 2147483647."),
        (("8", 2**31), "Activity id 2147483648 is not between 1 and 2147483647."),
        (("0", 2), "'0' is no work order's id."),
        ((str(2**63), 2), "'9223372036854775808' is no work order's id."),
        (("A-1", 2), "'A-1' is no work order's id."),
        (("٣", 2), "'٣' is no work order's id."),
        (("8", 100), "Activity 100 is open on work order 99."),
        (("99", 2), "Work order 99 is followed by activity 100."),
    ],
)
def test_a_line_that_cannot_be_is_a_problem_of_that_line_alone(
    line: tuple[str, int], sentence: str
) -> None:
    checked = check(wanted(("7", 1), line, ("10", 10)), {}, OpenActivities([(100, 99)]))
    assert checked.problems == [LineProblem(3, sentence)]
    assert checked.links == [CheckedLink(2, 7, 1), CheckedLink(4, 10, 10)]


def test_an_activity_is_found_twice_though_its_first_line_is_wrong() -> None:
    checked = check(wanted(("A-4", 1), ("A-1", 1), by="Number"), NUMBERS, NOTHING_OPEN)
    assert [problem.line for problem in checked.problems] == [2, 3]
    assert checked.problems[1].sentence == "Activity 1 is on line 2 already."


def test_two_numbers_of_one_work_order_are_a_problem() -> None:
    lines = wanted(("A-1", 1), ("B-1", 2), by="Number")
    [problem] = check(lines, NUMBERS, NOTHING_OPEN).problems
    assert problem == LineProblem(3, "Work order 7 is on line 2 already, with activity 1.")
