"""A stream told as history: what each event changed, and what was known after it."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import pytest

from domain.activity import (
    ActivityEvent,
    ActivityOpened,
    ActivityReleased,
    ReportContent,
    ReportVerdict,
    WorkOrderReported,
    WorkOrderReportRepeated,
)
from domain.document import JsonValue, encode
from domain.history import History, report_of, tell
from domain.identity import activity_stream
from domain.metadata import Metadata, SealedContent
from domain.record import RecordedEvent
from domain.work_order import Change, path_text
from tests.domain.activities import CLIENT, WORK_ORDER
from tests.domain.given import NOON, after

SEALED = SealedContent(UUID(int=9), b"sealed")


def reported(
    trade: str,
    *,
    reported_at: datetime | None = None,
    verdict: ReportVerdict = "recorded",
    sealed: bool = False,
) -> WorkOrderReported:
    body = encode({"Object": {"Id": WORK_ORDER, "Trade": trade}})
    return WorkOrderReported(
        sha256(body).digest(),
        "application/json",
        SEALED if sealed else ReportContent(body),
        reported_at=reported_at,
        verdict=verdict,
    )


def stream(*events: ActivityEvent) -> list[RecordedEvent]:
    """Record the events a minute apart, the first at a minute past noon."""
    return [
        RecordedEvent(
            originator_id=activity_stream(CLIENT, WORK_ORDER),
            originator_version=version,
            client_id=CLIENT,
            event_id=UUID(int=version),
            arrived_at=after(minutes=version),
            metadata=Metadata("webhook", sender="north"),
            event=event,
            recorded_at=after(minutes=version, microseconds=5),
            position=100 + version,
        )
        for version, event in enumerate(events, start=1)
    ]


def trade(history: History) -> JsonValue:
    fact = history.work_order.facts.get(("Trade",))
    return None if fact is None else fact.value


def told(history: History) -> list[list[str]]:
    return [[path_text(change.path) for change in moment.changes] for moment in history.moments]


def test_a_history_has_a_moment_for_every_event() -> None:
    events = stream(reported("FUEL"), ActivityOpened(7, "request"), reported("DOORS"))

    history = tell(events)

    assert [moment.recorded for moment in history.moments] == events
    assert [moment.changes for moment in history.moments] == [
        [Change(("Id",), None, WORK_ORDER), Change(("Trade",), None, "FUEL")],
        [],
        [Change(("Trade",), "FUEL", "DOORS")],
    ]
    assert (history.version, history.activity_id, trade(history)) == (3, 7, "DOORS")


def test_of_nothing_there_is_nothing_to_tell() -> None:
    history = tell([])

    assert (history.version, history.activity_id, history.moments) == (0, None, [])
    assert history.work_order.facts == {}


def test_provenance_names_version_and_sender() -> None:
    fact = tell(stream(ActivityOpened(7, "request"), reported("FUEL"))).work_order.facts["Trade",]

    assert (fact.version, fact.sender) == (2, "north")


def test_a_report_behind_one_told_already_is_late() -> None:
    history = tell(stream(reported("DOORS"), reported("FUEL", reported_at=NOON)))

    assert [moment.late for moment in history.moments] == [False, True]
    assert told(history) == [["Id", "Trade"], []]
    assert trade(history) == "DOORS"


@pytest.mark.parametrize(
    "silent",
    [
        pytest.param(WorkOrderReportRepeated(bytes(32), 1), id="a repeated delivery"),
        pytest.param(reported("TEST", verdict="test"), id="a test notification"),
        pytest.param(reported("SECRET", sealed=True), id="sealed content"),
        pytest.param(ActivityOpened(7, "policy"), id="an opening"),
        pytest.param(ActivityReleased(7), id="a release"),
    ],
)
def test_some_events_say_nothing_of_the_work_order(silent: ActivityEvent) -> None:
    history = tell(stream(reported("FUEL"), silent))

    assert told(history) == [["Id", "Trade"], []]
    assert (history.version, trade(history)) == (2, "FUEL")
    assert not history.moments[1].late


def test_of_sealed_content_the_facts_in_clear_remain() -> None:
    sealed = reported("SECRET", reported_at=NOON, sealed=True)

    moment = tell(stream(sealed)).moments[0]

    assert report_of(moment.recorded) is None
    assert moment.recorded.event == sealed
    assert sealed.digest == reported("SECRET").digest


def test_a_rendering_is_told_in_place_of_a_body_in_another_form() -> None:
    document = encode({"Object": {"Id": WORK_ORDER, "Trade": "FUEL"}})
    event = WorkOrderReported(bytes(32), "text/xml", ReportContent(b"<Object />", document))

    assert trade(tell(stream(event))) == "FUEL"


def test_a_body_that_is_no_object_says_nothing() -> None:
    event = WorkOrderReported(bytes(32), "text/json", ReportContent(b"[]"))

    assert tell(stream(event)).work_order.facts == {}


@pytest.mark.parametrize(
    ("events", "activity_id"),
    [
        pytest.param([], None, id="never opened"),
        pytest.param([ActivityOpened(7, "request")], 7, id="opened"),
        pytest.param([ActivityOpened(7, "request"), ActivityReleased(7)], None, id="released"),
        pytest.param(
            [ActivityOpened(7, "policy"), ActivityReleased(7), ActivityOpened(9, "request")],
            9,
            id="opened again",
        ),
    ],
)
def test_the_activity_s_id_is_that_of_the_period_that_is_open(
    events: Iterable[ActivityEvent], activity_id: int | None
) -> None:
    assert tell(stream(reported("FUEL"), *events)).activity_id == activity_id


@pytest.mark.parametrize(
    ("effective_at", "trade_then", "changes_then"),
    [
        pytest.param(after(hours=-2), None, [[], [], []], id="before everything"),
        pytest.param(after(hours=-1), "LATE", [[], [], ["Id", "Trade"]], id="as the last one says"),
        pytest.param(
            after(minutes=1), "FIRST", [["Id", "Trade"], [], []], id="with what arrived by then"
        ),
        pytest.param(after(minutes=2), "FUTURE", [["Id", "Trade"], ["Trade"], []], id="in the end"),
        pytest.param(None, "FUTURE", [["Id", "Trade"], ["Trade"], []], id="whenever"),
    ],
)
def test_a_history_may_be_told_as_reported_up_to_a_moment(
    effective_at: datetime | None, trade_then: str | None, changes_then: list[list[str]]
) -> None:
    """Every event keeps its moment; a time from the future is not believed: the arrival counts."""
    events = stream(
        reported("FIRST"),
        reported("FUTURE", reported_at=after(hours=9)),
        reported("LATE", reported_at=after(hours=-1)),
    )

    history = tell(events, effective_at)

    assert trade(history) == trade_then
    assert told(history) == changes_then
    assert history.version == 3
