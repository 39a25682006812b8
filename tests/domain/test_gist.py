"""The gist of a notification is that of reading it member by member, however it was come by."""

from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dates import is_date
from domain.document import JsonValue, decode, encode
from domain.gist import Gist, gist, plain_gist
from domain.notification import Subject, read
from tests.bench.webhook import template
from tests.domain.plain_notifications import DATES, plain
from tests.domain.strategies import bounded, json_values, notifications


def member_by_member(tree: dict[str, JsonValue]) -> Gist:
    told = read(tree)
    return Gist(
        action=told.action,
        event_type=told.event_type,
        subject=told.subject,
        work_order_id=told.work_order_id,
        reported_at=told.reported_at,
        is_test=told.is_test,
        warnings=told.warnings,
    )


@bounded
@given(plain(st.nothing()) | plain(json_values) | notifications)
def test_the_gist_is_that_of_the_whole(tree: dict[str, JsonValue]) -> None:
    assert gist(tree) == member_by_member(tree)


@bounded
@given(plain(st.nothing()) | plain(json_values) | notifications)
def test_the_gist_of_a_document_is_that_of_what_it_says(tree: dict[str, JsonValue]) -> None:
    assert plain_gist(encode(tree)) in (None, gist(tree))


@pytest.mark.parametrize(
    "document",
    [
        b'{"Object":{"Id":7,"id":8}}',
        b'{"Object":{"Id":7},"object":{"Id":8}}',
        b'{"Object":{"Id":7,"Notes":[{"Id":1,"notedata":"a"}]}}',
        b'{"Object":{"Id":7,"Status":{"primary":"OPEN"}}}',
        b'{"Object":{"Id":7,"Nte":"12a"}}',
        b'{"Object":{"Id":7,"Nte":1E+999999999999999999}}',
        b'{"Object":{"Id":7.5}}',
        b'{"Object":{"Id":7,"CallDate":"yesterday"}}',
        b'{"Object":null}',
        b'{"Type":"a"}',
        b"[]",
        b"{",
        b"",
        b'{"Type":"\xff","Object":{"Id":7}}',
    ],
)
def test_what_is_not_as_the_page_has_it_is_to_be_read_member_by_member(document: bytes) -> None:
    assert plain_gist(document) is None


def test_of_a_member_given_twice_the_last_counts() -> None:
    told = plain_gist(b'{"Object":{"Id":7},"Type":"a","Object":{"Id":8,"Id":9}}')
    assert told is not None
    assert told.work_order_id == 9


def test_the_page_has_its_gist() -> None:
    tree = decode(template().replace(b"{ticks}", b"1234567"))
    assert isinstance(tree, dict)
    found = plain_gist(encode(tree))
    assert found is not None
    assert (found.subject, found.work_order_id, found.warnings) == (Subject.WORK_ORDER, 1000000, ())
    assert found == member_by_member(tree)


@pytest.mark.parametrize("kind", ["Nte", "CallDate", "AssetId", "Caller", "Status", "Notes"])
def test_one_member_that_cannot_be_read_is_warned_of(kind: str) -> None:
    told = gist({"Object": {"Id": 7, kind: {"odd": True} if kind != "Status" else "odd"}})
    assert [warning.member for warning in told.warnings] == [f"Object.{kind}"]
    assert told.work_order_id == 7


pieces = st.sampled_from(
    [*"0123456789-:.,+TtZz W/", "2025", "-07-08", "T09:12:44", "t", "24:00:00", ":60", "+04:00"]
)


@bounded
@given(st.lists(pieces, max_size=8).map("".join) | st.datetimes().map(str) | st.sampled_from(DATES))
def test_what_passes_for_a_date_at_a_glance_is_one(text: str) -> None:
    try:
        msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        return
    assert is_date(text)
