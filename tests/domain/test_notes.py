"""What one body says in its notes: by their ids, member by member."""

import pytest

from domain.document import JsonValue
from domain.members import NOTE
from domain.notification import (
    NOTE_WITHOUT_ID,
    UNREADABLE_MEMBER,
    Notification,
    Path,
    ReportWarning,
    read,
)

FULL: dict[str, JsonValue] = {
    "Id": 2147483999,
    "Number": 7,
    "NoteData": "Part arrives Tuesday",
    "DateCreated": "2025-07-08T09:12:44",
    "ScheduledDate": "2025-07-10T09:00:00",
    "FollowUpDate": "2025-07-11",
    "ActionRequired": False,
    "MailedTo": "a@example.com; b@example.com",
    "CreatedBy": ".",
}


def told(notes: JsonValue) -> Notification:
    return read({"Object": {"Notes": notes, "Description": "kept"}})


def said(notes: JsonValue) -> dict[Path, JsonValue]:
    """Return the notes' facts, without the one beside them."""
    facts = told(notes).facts
    assert facts.pop(("Description",)) == "kept"
    return facts


def unreadable(place: str) -> ReportWarning:
    return ReportWarning(UNREADABLE_MEMBER, f"Object.{place}")


def test_a_note_is_known_by_its_id_of_64_bits() -> None:
    assert said([FULL, {"Id": "8"}]) == {
        **{("Notes", 2147483999, name): value for name, value in FULL.items()},
        ("Notes", 8, "Id"): 8,
    }
    assert set(FULL) == set(NOTE)


def test_members_beyond_the_page_are_facts_of_their_note() -> None:
    assert said([{"Id": 8, "CreatedByUser": {"UserName": "acme1"}, "Visibility": None}]) == {
        ("Notes", 8, "Id"): 8,
        ("Notes", 8, "CreatedByUser"): {"UserName": "acme1"},
    }


def test_of_a_note_told_twice_each_member_s_last_word_counts() -> None:
    twice: JsonValue = [{"Id": 8, "NoteData": "a", "Number": 1}, {"Id": 8, "NoteData": "b"}]

    assert said(twice) == {
        ("Notes", 8, "Id"): 8,
        ("Notes", 8, "NoteData"): "b",
        ("Notes", 8, "Number"): 1,
    }


@pytest.mark.parametrize(
    ("notes", "warnings"),
    [
        pytest.param([], [], id="no notes"),
        pytest.param([None], [], id="a null among them"),
        pytest.param({"Id": 8}, [unreadable("Notes")], id="an object"),
        pytest.param("a note", [unreadable("Notes")], id="a text"),
        pytest.param(["a note"], [unreadable("Notes[0]")], id="a text among them"),
        pytest.param(
            [None, {"NoteData": "a"}],
            [ReportWarning(NOTE_WITHOUT_ID, "Object.Notes[1]")],
            id="one without an id",
        ),
        pytest.param(
            [{"Id": "abc"}],
            [unreadable("Notes[0].Id"), ReportWarning(NOTE_WITHOUT_ID, "Object.Notes[0]")],
            id="one whose id cannot be read",
        ),
    ],
)
def test_what_is_no_note_is_no_fact(notes: JsonValue, warnings: list[ReportWarning]) -> None:
    assert said(notes) == {}
    assert list(told(notes).warnings) == warnings


@pytest.mark.parametrize("broken", ["a note", {"NoteData": "without an id"}, {"Id": "abc"}])
def test_what_is_no_note_costs_no_other(broken: JsonValue) -> None:
    assert said([broken, {"Id": 8}]) == {("Notes", 8, "Id"): 8}


@pytest.mark.parametrize("name", sorted(set(NOTE) - {"Id"}))
def test_what_is_unreadable_in_a_note_costs_that_member_alone(name: str) -> None:
    note: dict[str, JsonValue] = {**FULL, name: ["unreadable"]}

    assert {path[2] for path in said([note])} == set(FULL) - {name}
    assert told([note]).warnings == (unreadable(f"Notes[0].{name}"),)
