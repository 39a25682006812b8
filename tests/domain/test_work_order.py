"""How reports combine into what is known of a work order: the fold, by example."""

from datetime import datetime
from functools import reduce

import pytest

from domain.document import JsonValue
from domain.notification import read
from domain.work_order import (
    Change,
    Report,
    WorkOrder,
    changes,
    fold,
    is_late,
    path_text,
)
from tests.domain.given import NOON, after

NOTHING_YET = WorkOrder()


def says(
    version: int,
    members: dict[str, JsonValue],
    *,
    arrived_at: datetime | None = None,
    reported_at: datetime | None = None,
    sender: str = "default",
) -> Report:
    """A report of work order 7, a minute after the one before it unless it says otherwise."""
    facts = read({"Object": {"Id": 7, **members}}).facts
    return Report(version, arrived_at or after(minutes=version), reported_at, sender, facts)


def folded(*reports: Report) -> WorkOrder:
    return reduce(fold, reports, NOTHING_YET)


def known(work_order: WorkOrder) -> dict[str, JsonValue]:
    """Return what is known by written path, without the id."""
    facts = {path_text(path): fact.value for path, fact in work_order.facts.items()}
    return {path: value for path, value in facts.items() if path != "Id"}


def test_a_later_report_s_word_replaces_the_earlier_one_s() -> None:
    assert known(folded(says(1, {"Trade": "FUEL"}), says(2, {"Trade": "DOORS"}))) == {
        "Trade": "DOORS"
    }


@pytest.mark.parametrize(
    "silent",
    [
        pytest.param({}, id="absent"),
        pytest.param({"Trade": None, "Nte": None, "Status": None, "Notes": None}, id="null"),
        pytest.param({"Nte": "", "Status": {}, "Notes": []}, id="blank where no text is due"),
        pytest.param({"Nte": "much", "Status": "OPEN", "Notes": "none"}, id="unreadable"),
        pytest.param({"Technician": None, "Notes": [{"Id": 8, "NoteData": None}]}, id="deeper"),
    ],
)
def test_what_is_not_said_never_erases_what_is_known(silent: dict[str, JsonValue]) -> None:
    told: dict[str, JsonValue] = {
        "Trade": "FUEL",
        "Nte": 1000,
        "Status": {"Primary": "OPEN"},
        "Notes": [{"Id": 8, "NoteData": "a"}],
        "Technician": {"Id": 5},
    }

    assert known(folded(says(1, told), says(2, silent))) == known(folded(says(1, told)))


def test_an_empty_text_is_said() -> None:
    assert known(folded(says(1, {"Resolution": "a"}), says(2, {"Resolution": ""}))) == {
        "Resolution": ""
    }


def test_the_status_is_replaced_as_one_value() -> None:
    on_site: JsonValue = {"Primary": "IN PROGRESS", "Extended": "ON SITE"}

    work_order = folded(says(1, {"Status": on_site}), says(2, {"Status": {"Primary": "COMPLETED"}}))

    assert known(work_order) == {"Status": {"Primary": "COMPLETED", "Extended": None}}
    assert changes(folded(says(1, {"Status": on_site})), work_order) == [
        Change(("Status",), on_site, {"Primary": "COMPLETED", "Extended": None})
    ]


def test_notes_are_added_and_updated_and_never_dropped() -> None:
    work_order = folded(
        says(1, {"Notes": [{"Id": 8, "NoteData": "a", "Number": 1}]}),
        says(2, {"Notes": [{"Id": 9, "NoteData": "b"}]}),
        says(3, {"Notes": []}),
        says(4, {"Notes": [{"Id": 8, "NoteData": "a, corrected"}]}),
    )

    assert known(work_order) == {
        "Notes[8].Id": 8,
        "Notes[8].NoteData": "a, corrected",
        "Notes[8].Number": 1,
        "Notes[9].Id": 9,
        "Notes[9].NoteData": "b",
    }


def test_a_late_report_fills_only_what_no_later_one_has_set() -> None:
    completed = says(1, {"Status": {"Primary": "COMPLETED"}}, reported_at=NOON)
    late = says(
        2,
        {"Status": {"Primary": "OPEN"}, "Trade": "FUEL", "Notes": [{"Id": 8}]},
        reported_at=after(minutes=-15),
    )

    work_order = folded(completed, late)

    assert is_late(folded(completed), late)
    assert known(work_order) == {
        "Status": {"Primary": "COMPLETED", "Extended": None},
        "Trade": "FUEL",
        "Notes[8].Id": 8,
    }
    assert work_order.latest == (NOON, 1)


def test_the_first_report_is_never_late_nor_is_one_behind_itself() -> None:
    first = says(1, {}, reported_at=after(hours=-9))

    assert not is_late(NOTHING_YET, first)
    assert not is_late(folded(first), first)


@pytest.mark.parametrize(
    ("first", "second", "last_word"),
    [
        pytest.param((10, None), (20, None), "second", id="the later arrival"),
        pytest.param((10, None), (10, None), "second", id="at once: the later position"),
        pytest.param((10, 5), (20, 4), "first", id="the later reported time"),
        pytest.param((10, 5), (20, 5), "second", id="reported at once: the later position"),
        pytest.param((10, 5), (7, None), "second", id="an arrival after a reported time"),
        pytest.param((10, 8), (7, None), "first", id="an arrival before a reported time"),
        pytest.param((10, 8), (8, None), "second", id="an arrival at a reported time"),
        pytest.param((10, 99), (20, None), "second", id="a time from the future is not believed"),
        pytest.param((10, 99), (11, 99), "second", id="nor are two: their arrivals count"),
        pytest.param((10, 10), (20, 10), "second", id="reported at the arrival is believed"),
        pytest.param((20, None), (10, None), "first", id="arrived late, as after a quarantine"),
    ],
)
def test_one_total_order_decides_every_field(
    first: tuple[int, int | None], second: tuple[int, int | None], last_word: str
) -> None:
    """Each report is given as its arrival and its reported time, in minutes after noon."""

    def report(version: int, trade: str, arrived: int, told: int | None) -> Report:
        return says(
            version,
            {"Trade": trade},
            arrived_at=after(minutes=arrived),
            reported_at=None if told is None else after(minutes=told),
        )

    one, two = report(1, "first", *first), report(2, "second", *second)

    assert known(folded(one, two)) == known(folded(two, one)) == {"Trade": last_word}
    assert is_late(folded(one), two) == (last_word == "first")


def test_a_created_report_that_arrives_last_does_not_reopen_the_work_order() -> None:
    created: dict[str, JsonValue] = {
        "Status": {"Primary": "OPEN"},
        "CreatedDate_DTO": "2025-07-08T08:00:00-04:00",
    }
    notification = read({"Object": {"Id": 7, **created}, "EventType": "WorkOrderCreated"})
    late = Report(2, after(minutes=9), notification.reported_at, None, notification.facts)

    work_order = folded(says(1, {"Status": {"Primary": "COMPLETED"}}), late)

    assert work_order.facts["Status",].version == 1
    assert work_order.facts["Beyond", "CreatedDate_DTO"].version == 2


def test_members_beyond_the_page_are_replaced_as_they_were_sent() -> None:
    technician: JsonValue = {"Id": 5, "Name": "T", "Skills": ["a"]}

    work_order = folded(
        says(1, {"Technician": technician, "Labels": [{"Id": 1}, {"Id": 2}]}),
        says(2, {"Technician": {"Id": 6, "Name": None}, "Labels": [{"Id": 2}]}),
    )

    assert known(work_order) == {
        "Beyond.Technician": {"Id": 6, "Name": None},
        "Beyond.Labels": [{"Id": 2}],
    }


def test_every_field_knows_who_set_it_and_in_which_version() -> None:
    work_order = folded(
        says(1, {"Trade": "FUEL", "Nte": 5, "Category": "REPAIR"}, sender="north"),
        says(3, {"Nte": 6}, sender="south"),
        says(4, {"Category": "REPAIR"}, sender="south"),
    )

    assert {path[0]: (fact.version, fact.sender) for path, fact in work_order.facts.items()} == {
        "Id": (4, "south"),
        "Trade": (1, "north"),
        "Nte": (3, "south"),
        "Category": (4, "south"),
    }
