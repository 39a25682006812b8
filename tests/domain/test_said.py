"""What is wanted of a notification is the same, whether read in a glance or member by member."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.projections.activity_search import ActivitySearch
from domain.document import JsonValue, decode, encode
from domain.members import NOTE, WORK_ORDER
from domain.notification import read
from domain.plain_reading import plain_reading
from domain.said import Said, said
from domain.some_facts import Wanted, some_facts, work_order_id_of
from tests.bench.webhook import template
from tests.domain.plain_notifications import plain
from tests.domain.strategies import bounded, json_values, notifications

wanteds = st.just(ActivitySearch.wants) | st.builds(
    Wanted,
    members=st.frozensets(st.sampled_from(sorted(set(WORK_ORDER) - {"Id", "Notes"}))),
    beyond=st.frozensets(st.sampled_from(["Technician", "Label"])),
    notes=st.frozensets(st.sampled_from(sorted(set(NOTE) - {"Id"}))),
)
trees = plain(st.nothing()) | plain(json_values) | notifications


@bounded
@given(trees, wanteds)
def test_what_is_wanted_is_what_a_look_at_each_member_finds(
    tree: dict[str, JsonValue], wanted: Wanted
) -> None:
    assert said(encode(tree), wanted) == Said(some_facts(tree, wanted), work_order_id_of(tree))


@bounded
@given(trees)
def test_all_that_is_said_is_what_is_read(tree: dict[str, JsonValue]) -> None:
    told = read(tree)
    assert said(encode(tree)) == Said(told.facts, told.work_order_id)


def test_the_page_takes_no_closer_look() -> None:
    page = template().replace(b"{ticks}", b"1234567")
    facts, work_order_id = plain_reading(ActivitySearch.wants).read(page)
    assert work_order_id == 1_000_000
    assert facts[("Trade",)] == "REFRIGERATION"
    assert {path[0] for path in facts} == {
        *("Description", "LocationId", "Notes", "Number", "Priority", "PurchaseNumber"),
        *("RecallWorkOrder", "ScheduledDate", "Status", "Trade"),
    }


@pytest.mark.parametrize(
    "notification",
    [
        b'{"Object": {"Id": 7, "Trade": 4, "Trade": "HVAC"}}',
        b'{"Object": {"Id": 7, "Trade": "HVAC", "Trade": {}}}',
        b'{"Object": {"Id": 8}, "Object": {"Id": 7, "Trade": "HVAC"}}',
        b'{"Object": {"Id": 7, "Notes": [{"Id": 1, "NoteData": "a"}, {"Id": 1, "NoteData": {}}]}}',
        b'{"Object": {"Id": 7.0, "LocationId": "8", "Number": 9, "Status": {"Primary": 1}}}',
        b'{"Object": {"Id": 7, "Status": {"Primary": "OPEN", "Extended": ""}}}',
        b'{"Object": {"Id": 7, "Status": {}, "WorkorderStatus": {"Primary": "OPEN"}}}',
        b'{"Object": {"Id": 7, "ScheduledDate": "soon", "LocationId": 9223372036854775808}}',
        b'{"Object": {"Id": 9, "WorkOrderId": 7}, "EventType": "WorkOrderCheckIn"}',
        b'{"Object": {"Id": 9}, "EventType": "InvoicePaid"}',
        b'{"Object": [], "Type": 1}',
        b"[]",
    ],
)
def test_oddities_that_no_tree_has_are_read_alike(notification: bytes) -> None:
    decoded = decode(notification)
    tree = decoded if isinstance(decoded, dict) else {}
    wanted = ActivitySearch.wants
    assert said(notification, wanted) == Said(some_facts(tree, wanted), work_order_id_of(tree))


@bounded
@given(st.lists(st.none() | st.sampled_from(["2025-07-08", "soon", 7]), max_size=3))
def test_of_a_note_told_twice_what_cannot_be_read_takes_nothing_away(
    dates: list[JsonValue],
) -> None:
    notes: list[JsonValue] = [{"Id": 1, "DateCreated": date} for date in dates]
    tree: dict[str, JsonValue] = {"Object": {"Id": 7, "Notes": notes}}
    wanted = Wanted(notes=frozenset({"DateCreated"}))
    assert said(encode(tree), wanted).facts == some_facts(tree, wanted)


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        said(b'{"Object": {', ActivitySearch.wants)
