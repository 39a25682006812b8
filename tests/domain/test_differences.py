"""What fetched records change of what is known, and which of them are put on record."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.activity import ActivityEvent, ActivityOpened, ReportContent, WorkOrderReported, warned
from domain.differences import Compared, Fetching, compare
from domain.document import JsonValue, encode
from domain.history import tell
from domain.identity import activity_stream
from domain.metadata import Metadata, SealedContent
from domain.reconciliation import ReconciledContent, WorkOrderReconciled
from domain.record import RecordedEvent
from domain.work_order import path_text
from tests.domain.activities import CLIENT, WORK_ORDER
from tests.domain.given import NOON, after
from tests.domain.strategies import bounded

FETCHED_AT = after(hours=1)
FETCHING = Fetching(CLIENT, WORK_ORDER, FETCHED_AT, Metadata("import", sender="north"))


def reported(minute: int | None, **facts: JsonValue) -> WorkOrderReported:
    body = encode({"Object": {"Id": WORK_ORDER, **facts}})
    return WorkOrderReported(
        sha256(body).digest(),
        "application/json",
        ReportContent(body),
        reported_at=None if minute is None else after(minutes=minute),
    )


def record(minute: int, line: int = 1, **facts: JsonValue) -> WorkOrderReconciled:
    content = encode({"Id": WORK_ORDER, **facts})
    return WorkOrderReconciled(
        sha256(content).digest(),
        sha256(b"file %d" % line).digest(),
        line,
        line,
        after(minutes=minute),
        ReconciledContent(content),
    )


def past(*events: ActivityEvent) -> list[RecordedEvent]:
    """Record the events at noon."""
    return on_record(events, [NOON] * len(events))


def by(sender: str, recorded: RecordedEvent) -> RecordedEvent:
    return replace(recorded, metadata=Metadata("webhook", sender=sender))


def on_record(events: Sequence[ActivityEvent], times: Sequence[datetime]) -> list[RecordedEvent]:
    return [
        RecordedEvent(
            activity_stream(CLIENT, WORK_ORDER),
            version,
            CLIENT,
            UUID(int=version),
            at,
            FETCHING.metadata,
            event,
            at,
            version,
        )
        for version, (event, at) in enumerate(zip(events, times, strict=True), start=1)
    ]


def told(compared: Compared) -> list[tuple[str, JsonValue, JsonValue]]:
    return [(path_text(it.path), it.before, it.after) for it in compared.changes]


def test_what_is_newer_corrects_and_what_is_unknown_is_filled() -> None:
    one = record(-5, Trade="DOORS", Priority="P1")
    compared = compare(past(reported(-10, Trade="FUEL")), [one], FETCHING)
    assert told(compared) == [("Trade", "FUEL", "DOORS"), ("Priority", None, "P1")]
    assert (compared.news, compared.version, compared.was_known) == ((one,), 1, True)


def test_what_is_older_fills_alone() -> None:
    one = record(-20, Trade="DOORS", Priority="P1")
    compared = compare(past(reported(-10, Trade="FUEL")), [one], FETCHING)
    assert told(compared) == [("Priority", None, "P1")]
    assert compared.news == (one,)


@pytest.mark.parametrize("minute", [-10, -20])
def test_what_says_nothing_new_is_no_news(minute: int) -> None:
    compared = compare(past(reported(-10, Trade="FUEL")), [record(minute, Trade="FUEL")], FETCHING)
    assert (compared.changes, compared.news) == ([], ())


def test_a_record_overrules_what_was_delivered_of_the_same_time() -> None:
    before = past(reported(-10, Trade="A"), reported(-10, Trade="B"))
    assert told(compare(before, [record(-10, Trade="A")], FETCHING)) == [("Trade", "B", "A")]


def test_an_older_record_that_is_overruled_in_everything_is_no_news() -> None:
    compared = compare(past(reported(-10, Trade="FUEL")), [record(-20, Trade="D")], FETCHING)
    assert (compared.changes, compared.news) == ([], ())


def test_what_confirms_later_than_all_that_was_known_is_put_on_record() -> None:
    one = record(-5, Trade="FUEL")
    compared = compare(past(reported(-10, Trade="FUEL")), [one], FETCHING)
    assert (compared.changes, compared.news) == ([], (one,))


def test_the_very_same_record_is_known_from_whatever_file() -> None:
    before = past(record(-10, Trade="A"), record(-10, Trade="B"))
    assert compare(before, [record(-10, line=9, Trade="A")], FETCHING).news == ()


def test_a_record_yet_to_come_is_known_as_well() -> None:
    one = record(600, Trade="A")
    assert compare(past(warned(one, "ReportedInFuture")), [one], FETCHING).news == ()


def test_the_same_bytes_said_to_be_of_another_time_are_another_record() -> None:
    before = past(record(-10, Trade="A"), reported(-5, Trade="B"))
    again = record(-1, Trade="A")
    assert told(compare(before, [again], FETCHING)) == [("Trade", "B", "A")]


def test_the_same_bytes_read_otherwise_are_another_record() -> None:
    def cell(facts: bytes) -> WorkOrderReconciled:
        content = ReconciledContent(b"7;x", facts)
        digest = sha256(b"7;x").digest()
        return WorkOrderReconciled(digest, digest, 1, 1, after(minutes=-5), content)

    before = past(cell(b'{"Id":7,"Trade":"x"}'))
    assert compare(before, [cell(b'{"Id":7,"Trade":"x"}')], FETCHING).news == ()
    assert told(compare(before, [cell(b'{"Id":7,"Priority":"x"}')], FETCHING)) == [
        ("Priority", None, "x")
    ]


def test_several_records_of_one_work_order_are_compared_one_after_the_other() -> None:
    records = [record(-5, Trade="B"), record(-5, line=2, Trade="B"), record(-4, line=3, Trade="C")]
    compared = compare(past(reported(-10, Trade="A")), records, FETCHING)
    assert told(compared) == [("Trade", "A", "C")]
    assert [one.line for one in compared.news] == [1, 3]


def test_what_corrects_a_sender_s_own_word_is_news_though_another_said_it_before() -> None:
    mine, theirs = past(reported(-30, Nte=500), reported(-20, Nte=350))
    compared = compare([mine, by("south", theirs)], [record(-20, Nte=350)], FETCHING)
    assert told(compared) == []
    assert len(compared.news) == 1


def test_the_very_same_record_from_another_account_is_its_own_word() -> None:
    theirs = [by("south", it) for it in past(record(-10, Nte=500))]
    assert len(compare(theirs, [record(-10, Nte=500)], FETCHING).news) == 1


@pytest.mark.parametrize("nte", [350, 500])
def test_what_a_sender_says_first_is_news_whatever_another_said(nte: int) -> None:
    theirs = [by("south", it) for it in past(reported(-10, Nte=500))]
    first = compare(theirs, [record(-20, Nte=nte)], FETCHING)
    assert told(first) == []
    assert len(first.news) == 1


def test_what_confirms_later_than_all_that_its_sender_said_is_put_on_record() -> None:
    mine, theirs = past(reported(-30, Nte=500), reported(-10, Nte=350))
    compared = compare([mine, by("south", theirs)], [record(-20, Nte=500)], FETCHING)
    assert len(compared.news) == 1
    assert compare([mine], [record(-30, Nte=500)], FETCHING).news == ()


def test_of_an_activity_that_was_only_opened_nothing_was_known() -> None:
    compared = compare(past(ActivityOpened(7, "request")), [record(-5, Trade="A")], FETCHING)
    assert (compared.was_known, compared.version) == (False, 1)
    assert told(compared) == [("Id", None, WORK_ORDER), ("Trade", None, "A")]


def test_what_is_sealed_says_nothing_and_is_known_by_its_digest_no_longer() -> None:
    one = record(-5, Trade="A")
    sealed = WorkOrderReconciled(
        one.digest, one.file_digest, 1, 1, one.reported_at, SealedContent(UUID(int=9), b"?")
    )
    assert compare(past(sealed), [one], FETCHING).news == ()


times = st.integers(-3, 0)
trades = st.sampled_from(["A", "B"])
reports = st.lists(st.tuples(st.none() | times, trades), max_size=4)
fetched = st.lists(st.tuples(times, trades), max_size=4)


@bounded
@given(before=reports, records=fetched)
def test_a_second_time_nothing_is_news(
    before: list[tuple[int | None, str]], records: list[tuple[int, str]]
) -> None:
    known = past(*(reported(minute, Trade=trade) for minute, trade in before))
    told = [record(minute, Trade=trade) for minute, trade in records]
    stream = with_news(known, compare(known, told, FETCHING))
    again = compare(stream, told, FETCHING)
    assert (again.changes, again.news) == ([], ())


@bounded
@given(before=reports, records=fetched, others=fetched)
def test_nor_is_it_after_another_file(
    before: list[tuple[int | None, str]],
    records: list[tuple[int, str]],
    others: list[tuple[int, str]],
) -> None:
    stream = past(*(reported(minute, Trade=trade) for minute, trade in before))
    told = [record(minute, Trade=trade) for minute, trade in records]
    stream = with_news(stream, compare(stream, told, FETCHING))
    more = [record(minute, line=2, Trade=trade) for minute, trade in others]
    stream = with_news(stream, compare(stream, more, FETCHING))
    assert compare(stream, told, FETCHING).news == ()


@bounded
@given(before=reports, records=fetched)
def test_what_is_known_then_was_said_of_the_latest_time(
    before: list[tuple[int | None, str]], records: list[tuple[int, str]]
) -> None:
    known = past(*(reported(minute, Trade=trade) for minute, trade in before))
    told = [record(minute, Trade=trade) for minute, trade in records]
    stream = with_news(known, compare(known, told, FETCHING))
    said = [(minute or 0, trade) for minute, trade in [*before, *records]]
    at = max((minute for minute, _ in said), default=0)
    fact = tell(stream).work_order.facts.get(("Trade",))
    assert fact is None if not said else fact is not None and (at, fact.value) in said


def with_news(known: list[RecordedEvent], compared: Compared) -> list[RecordedEvent]:
    """Put the news on record behind what was."""
    events: list[ActivityEvent] = [*(as_event(it) for it in known), *compared.news]
    times = [*(it.arrived_at for it in known), *([FETCHED_AT] * len(compared.news))]
    return on_record(events, times)


def as_event(recorded: RecordedEvent) -> ActivityEvent:
    assert isinstance(recorded.event, ActivityEvent)
    return recorded.event
