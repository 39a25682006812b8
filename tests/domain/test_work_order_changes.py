"""What one report changed, path by path, and the state as people and programs read it."""

from decimal import Decimal

import pytest

from domain.document import JsonValue
from domain.members import WORK_ORDER
from domain.notification import Path
from domain.work_order import (
    Change,
    Report,
    WorkOrder,
    as_document,
    changes,
    fold,
    path_text,
)
from tests.domain.given import after

NOTHING_YET = WorkOrder()


def says(version: int, facts: dict[Path, JsonValue], sender: str = "default") -> Report:
    return Report(version, after(minutes=version), None, sender, facts)


@pytest.mark.parametrize(
    ("path", "before", "after_it", "told"),
    [
        pytest.param(("Nte",), None, Decimal("1.50"), [("Nte", None, Decimal("1.50"))], id="new"),
        pytest.param(("Nte",), 1, 2, [("Nte", 1, 2)], id="another value"),
        pytest.param(("Nte",), 1, 1, [], id="the same again"),
        pytest.param(("Nte",), 1, Decimal("1.00"), [], id="the same amount"),
        pytest.param(
            ("Status",),
            {"Primary": "OPEN", "Extended": None},
            {"Primary": "OPEN", "Extended": "DECLINED"},
            [
                (
                    "Status",
                    {"Primary": "OPEN", "Extended": None},
                    {"Primary": "OPEN", "Extended": "DECLINED"},
                )
            ],
            id="the status, as one value",
        ),
        pytest.param(
            ("Notes", 8, "NoteData"), "a", "b", [("Notes[8].NoteData", "a", "b")], id="a note"
        ),
        pytest.param(
            ("Beyond", "Technician"),
            None,
            {"Id": 5},
            [("Beyond.Technician", None, {"Id": 5})],
            id="a new object, whole",
        ),
        pytest.param(
            ("Beyond", "Technician"),
            {"Id": 5, "Name": "T", "Team": {"Id": 1, "City": "X"}},
            {"Id": 6, "Name": "T", "Team": {"Id": 1}, "Phone": "1"},
            [
                ("Beyond.Technician.Id", 5, 6),
                ("Beyond.Technician.Team.City", "X", None),
                ("Beyond.Technician.Phone", None, "1"),
            ],
            id="an object, member by member",
        ),
        pytest.param(
            ("Beyond", "Labels"),
            [{"Id": 1}],
            [{"Id": 1}, {"Id": 2}],
            [("Beyond.Labels", [{"Id": 1}], [{"Id": 1}, {"Id": 2}])],
            id="a list, whole",
        ),
        pytest.param(
            ("Beyond", "ExtraData"), {"a": 1}, "a", [("Beyond.ExtraData", {"a": 1}, "a")], id="kind"
        ),
    ],
)
def test_a_report_s_changes_are_told_by_path(
    path: Path, before: JsonValue, after_it: JsonValue, told: list[tuple[str, JsonValue, JsonValue]]
) -> None:
    known = fold(NOTHING_YET, says(1, {} if before is None else {path: before}))

    found = changes(known, fold(known, says(2, {path: after_it})))

    assert [(path_text(change.path), change.before, change.after) for change in found] == told


def test_what_the_same_value_comes_from_is_no_change() -> None:
    known = fold(NOTHING_YET, says(1, {("Trade",): "FUEL"}))
    again = fold(known, says(2, {("Trade",): "FUEL"}, sender="north"))

    assert changes(known, again) == []
    assert again.facts["Trade",].version == 2


def test_a_late_report_changes_only_what_it_fills() -> None:
    known = fold(NOTHING_YET, says(2, {("Trade",): "FUEL"}))

    filled = fold(known, says(1, {("Trade",): "DOORS", ("Category",): "REPAIR"}))

    assert changes(known, filled) == [Change(("Category",), None, "REPAIR")]


def test_the_document_has_the_contract_s_members_and_what_stands_beyond_them() -> None:
    work_order = fold(
        NOTHING_YET,
        says(
            1,
            {
                ("Id",): 7,
                ("Status",): {"Primary": "OPEN", "Extended": None},
                ("Notes", 9, "Id"): 9,
                ("Notes", 8, "Id"): 8,
                ("Notes", 8, "NoteData"): "a",
                ("Beyond", "Labels"): [],
            },
        ),
    )
    set_by_1: JsonValue = {"Version": 1, "Sender": "default"}

    document = as_document(work_order)

    assert list(document) == [
        *WORK_ORDER, "Beyond", "Provenance", "Disagreements", "RecallOf",
    ]  # fmt: skip
    assert {name: value for name, value in document.items() if value is not None} == {
        "Id": 7,
        "Status": {"Primary": "OPEN", "Extended": None},
        "Notes": [{"Id": 8, "NoteData": "a"}, {"Id": 9}],
        "Beyond": {"Labels": []},
        "Provenance": {
            "Id": set_by_1,
            "Status": set_by_1,
            "Notes[9].Id": set_by_1,
            "Notes[8].Id": set_by_1,
            "Notes[8].NoteData": set_by_1,
            "Beyond.Labels": set_by_1,
        },
        "Disagreements": [],
    }


def test_the_document_of_nothing_has_every_member() -> None:
    empty: dict[str, JsonValue] = {
        "Notes": [], "Beyond": {}, "Provenance": {}, "Disagreements": [], "RecallOf": None,
    }  # fmt: skip

    assert as_document(NOTHING_YET) == {**dict.fromkeys(WORK_ORDER), **empty}


def test_two_senders_in_turn_are_told_apart() -> None:
    known = fold(NOTHING_YET, says(1, {("Trade",): "FUEL", ("Nte",): 5}, sender="north"))

    document = as_document(fold(known, says(2, {("Nte",): 6}, sender="south")))

    assert document["Provenance"] == {
        "Trade": {"Version": 1, "Sender": "north"},
        "Nte": {"Version": 2, "Sender": "south"},
    }
