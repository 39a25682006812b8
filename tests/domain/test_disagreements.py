"""What two senders say of one work order: whose word is known, and whose is shown."""

from functools import reduce

import pytest

from domain.document import JsonValue
from domain.notification import Path
from domain.work_order import Report, WorkOrder, as_document, disagreements, fold, path_text
from tests.domain.given import after

SUBSCRIBER, PROVIDER = "subscriber", "provider"


def says(version: int, sender: str, facts: dict[Path, JsonValue], minutes: int = 0) -> Report:
    return Report(version, after(hours=1), after(minutes=minutes or version), sender, facts)


def folded(*reports: Report) -> WorkOrder:
    return reduce(fold, reports, WorkOrder())


def disputed(work_order: WorkOrder) -> dict[str, list[tuple[str | None, JsonValue]]]:
    return {
        path_text(one.path): [(word.sender, word.value) for word in one.words]
        for one in disagreements(work_order)
    }


NTE: Path = ("Nte",)
TRADE: Path = ("Trade",)


def test_a_field_that_two_senders_report_differently_is_a_disagreement() -> None:
    work_order = folded(
        says(1, SUBSCRIBER, {NTE: 500, TRADE: "DOORS"}),
        says(2, PROVIDER, {NTE: 350, TRADE: "DOORS"}),
    )

    assert disputed(work_order) == {"Nte": [(PROVIDER, 350), (SUBSCRIBER, 500)]}


def test_a_disagreement_ends_when_they_say_the_same() -> None:
    differing = [says(1, SUBSCRIBER, {NTE: 500}), says(2, PROVIDER, {NTE: 350})]

    assert disputed(folded(*differing, says(3, PROVIDER, {NTE: 500}))) == {}


def test_a_sender_that_said_the_same_disagrees_once_the_other_says_something_else() -> None:
    work_order = folded(
        says(1, SUBSCRIBER, {NTE: 500}),
        says(2, PROVIDER, {NTE: 500}),
        says(3, PROVIDER, {NTE: 350}),
    )

    assert disputed(work_order) == {"Nte": [(PROVIDER, 350), (SUBSCRIBER, 500)]}


def test_one_sender_that_changes_its_mind_disagrees_with_nobody() -> None:
    changing = [says(1, SUBSCRIBER, {NTE: 500}), says(2, SUBSCRIBER, {NTE: 350})]

    assert disputed(folded(*changing)) == {}
    assert disputed(folded(*changing, says(3, PROVIDER, {TRADE: "DOORS"}))) == {}


def test_a_late_report_is_its_sender_s_word_only_if_no_later_one_is() -> None:
    later = [says(1, SUBSCRIBER, {NTE: 500}, minutes=9), says(2, PROVIDER, {NTE: 350}, minutes=8)]

    assert disputed(folded(*later, says(3, PROVIDER, {NTE: 500}, minutes=7))) == {
        "Nte": [(SUBSCRIBER, 500), (PROVIDER, 350)]
    }
    assert disputed(folded(*later, says(3, PROVIDER, {TRADE: "DOORS"}, minutes=7))).keys() == {
        "Nte"
    }


@pytest.mark.parametrize("name", ["UpdatedDate_DTO", "UpdatedDate", "UpdatedBy", "DateDTO"])
def test_who_reported_last_and_when_is_no_disagreement(name: str) -> None:
    path: Path = ("Beyond", name)
    work_order = folded(says(1, SUBSCRIBER, {path: "a"}), says(2, PROVIDER, {path: "b"}))

    assert disputed(work_order) == {}
    assert as_document(work_order, SUBSCRIBER)["Beyond"] == {name: "b"}


def test_the_document_says_who_said_what_when() -> None:
    work_order = folded(says(1, SUBSCRIBER, {NTE: 500}), says(2, PROVIDER, {NTE: 350}))

    assert as_document(work_order)["Disagreements"] == [
        {
            "Field": "Nte",
            "Values": [
                {
                    "Sender": PROVIDER,
                    "Value": 350,
                    "Version": 2,
                    "ReportedAt": "2025-07-08T12:02:00Z",
                },
                {
                    "Sender": SUBSCRIBER,
                    "Value": 500,
                    "Version": 1,
                    "ReportedAt": "2025-07-08T12:01:00Z",
                },
            ],
        }
    ]


@pytest.mark.parametrize(
    ("preferred", "nte", "set_by"),
    [
        (None, 350, (PROVIDER, 2)),
        (PROVIDER, 350, (PROVIDER, 2)),
        (SUBSCRIBER, 500, (SUBSCRIBER, 1)),
        ("nobody who spoke", 350, (PROVIDER, 2)),
    ],
)
def test_the_preferred_sender_s_word_is_shown_and_told_as_its_own(
    preferred: str | None, nte: int, set_by: tuple[str, int]
) -> None:
    note: Path = ("Notes", 7, "NoteData")
    work_order = folded(
        says(1, SUBSCRIBER, {NTE: 500, TRADE: "DOORS"}),
        says(2, PROVIDER, {NTE: 350, TRADE: "DOORS", note: "a"}),
    )

    document = as_document(work_order, preferred)

    sender, version = set_by
    assert (document["Nte"], document["Trade"]) == (nte, "DOORS")
    assert document["Notes"] == [{"NoteData": "a"}]
    assert document["Provenance"] == {
        "Nte": {"Version": version, "Sender": sender},
        "Trade": {"Version": 2, "Sender": PROVIDER},
        "Notes[7].NoteData": {"Version": 2, "Sender": PROVIDER},
    }


@pytest.mark.parametrize(
    ("told", "recalled"), [(None, None), (0, None), (-1, None), (190000001, 190000001)]
)
def test_a_recall_says_of_which_work_order(told: int | None, recalled: int | None) -> None:
    facts: dict[Path, JsonValue] = {} if told is None else {("RecallWorkOrder",): told}

    assert as_document(folded(says(1, SUBSCRIBER, facts)))["RecallOf"] == recalled
