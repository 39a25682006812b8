import json
from collections import Counter
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from interfaces.simulator.diary import Moment
from interfaces.simulator.lives import LONGEST_LIFE
from interfaces.simulator.schedule import span
from interfaces.simulator.world import UNFINISHED
from tests.interfaces.simulator.plays import a_plan, bodies, by_life, played

CALM = a_plan(work_orders=200, duplicates=0, late=0)


def test_a_life_begins_with_its_creation() -> None:
    assert {life[0].event_type for life in lives()} == {"WorkOrderCreated"}


def test_a_life_is_told_in_order_of_time() -> None:
    for life in lives():
        assert all(earlier.at <= later.at for earlier, later in pairwise(life))


def test_no_life_lasts_longer_than_the_longest() -> None:
    assert max(life[-1].at - life[0].at for life in lives()) <= LONGEST_LIFE


def test_a_play_is_over_when_its_span_is() -> None:
    plan = a_plan(work_orders=100, duplicates=1)

    assert max(delivery.at for delivery in played(plan)) < plan.start + span(100)


def test_brief_lives_have_one_visit_unless_the_work_is_found_wanting() -> None:
    brief = played(replace(CALM, brief=True))
    assert len(brief) < 0.7 * len(played(CALM))
    visits = Counter(it.life for it in brief if it.moment.event_type == "WorkOrderCheckIn")
    redone = {it.life for it in brief if b"UNSATISFACTORY" in it.moment.body}
    assert redone
    assert {life for life, count in visits.items() if count > 1} == redone
    assert max(visits.values()) == 2


def test_some_work_orders_go_a_step_back_after_completion() -> None:
    steps = [pair for life in lives() for pair in pairwise(primaries(life))]

    assert ("COMPLETED", "IN PROGRESS") in steps


def test_extended_statuses_are_free_text() -> None:
    told = {
        body["Object"]["Status"].get("Extended") for body in bodies("WorkOrderStatusChanged", CALM)
    }

    assert told > set(UNFINISHED)


def test_some_work_orders_go_to_another_provider_and_back() -> None:
    journeys = [
        [json.loads(m.body)["Object"]["ProviderId"] for m in life if "Provider" in name(m)]
        for life in lives()
    ]
    first = [json.loads(life[0].body)["Object"]["ProviderId"] for life in lives()]

    assert [start for start, journey in zip(first, journeys, strict=True) if start in journey[1:]]
    assert not [
        start for start, journey in zip(first, journeys, strict=True) if start in journey[:1]
    ]


def test_a_second_assignment_may_look_like_the_first() -> None:
    look_alikes = [
        assignments
        for life in lives()
        if len(assignments := [m.body for m in life if name(m) == "WorkOrderTechnicianAssigned"])
        > len(set(assignments))
    ]

    assert look_alikes
    assert not [bodies for bodies in look_alikes if b"Date" in bodies[0]]


def test_other_second_assignments_bear_a_date() -> None:
    dated = ["UpdatedDate_DTO" in body["Object"] for body in technician_events()]

    assert set(dated) == {True, False}


def test_no_note_id_is_given_twice() -> None:
    texts: dict[int, str] = {}
    for body in bodies("WorkOrderNoteAdded", CALM):
        for note in body["Object"]["Notes"]:
            assert texts.setdefault(note["Id"], note["NoteData"]) == note["NoteData"]


def test_note_ids_are_above_31_bits_whatever_the_seed() -> None:
    for seed in range(40):
        moments = [delivery.moment for delivery in played(a_plan(seed, work_orders=2))]
        told = [json.loads(m.body) for m in moments if name(m) == "WorkOrderNoteAdded"]

        assert not [n for body in told for n in body["Object"]["Notes"] if n["Id"] <= 2**31]


def test_a_note_carries_its_members_and_others_where_set() -> None:
    always = {"Id", "Number", "NoteData", "DateCreated", "ScheduledDate", "ActionRequired"}
    always |= {"CreatedBy", "CreatedByUser"}
    notes = [n for body in bodies("WorkOrderNoteAdded", CALM) for n in body["Object"]["Notes"]]

    assert [note for note in notes if note.keys() >= always] == notes
    assert {"MailedTo" in note for note in notes} == {True, False}
    assert all(("MailedTo" in note) == ("FollowUpDate" in note) for note in notes)


def test_some_notifications_repeat_older_notes() -> None:
    counts = {len(body["Object"]["Notes"]) for body in bodies("WorkOrderNoteAdded", CALM)}

    assert counts > {1, 2}


def test_a_step_back_may_take_the_limit_to_zero() -> None:
    unsatisfactory = [
        body["Object"]
        for body in bodies("WorkOrderStatusChanged", CALM)
        if body["Object"]["Status"].get("Extended") == "UNSATISFACTORY"
    ]

    assert {subject["Nte"] for subject in unsatisfactory} == {0.0}
    assert not [subject for subject in unsatisfactory if "CompletedDate" in subject]


def lives() -> list[list[Moment]]:
    return [
        [delivery.moment for delivery in life]
        for number, life in by_life(played(CALM)).items()
        if number >= 0
    ]


def name(moment: Moment) -> str:
    return moment.event_type or ""


def primaries(life: list[Moment]) -> list[str]:
    subjects = [json.loads(moment.body)["Object"] for moment in life if moment.work_order_id]
    return [subject["Status"]["Primary"] for subject in subjects if "Status" in subject]


def technician_events() -> list[Any]:
    return bodies("WorkOrderTechnicianUnassigned", CALM)
