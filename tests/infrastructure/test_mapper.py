"""What is stored can be read for ever; what cannot be read says where it stands."""

from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.ports import UnreadableEventError
from domain.activity import ActivityOpened, ReportContent, WorkOrderReported
from domain.client import ClientRegistered
from domain.metadata import Metadata
from domain.record import Event, RecordedEvent
from infrastructure.mapper import EventMapper, ReadRow
from infrastructure.stored_names import STORED_NAMES
from tests.infrastructure.history.samples import EVENTS, METADATA, stored_state
from tests.recorded import ARRIVED, recorded, report, stored

MAPPER = EventMapper()
STREAM = UUID("0192f0c1-0000-7000-8000-000000000001")
POSITION = 17
OF_THE_ROW = f"Position 17, on stream {STREAM}, cannot be read by this release: "


def read_row(name: str, state: bytes, data_key_id: UUID | None = None) -> ReadRow:
    return ReadRow(
        originator_id=STREAM,
        originator_version=3,
        topic=name,
        state=state,
        id=POSITION,
        client_id=STREAM,
        event_id=STREAM,
        arrived_at=ARRIVED,
        recorded_at=ARRIVED,
        data_key_id=data_key_id,
    )


def read(name: str, state: bytes) -> RecordedEvent:
    return MAPPER.to_domain_event(read_row(name, state))


def problem_of(name: str, state: bytes) -> str | None:
    try:
        read(name, state)
    except UnreadableEventError as error:
        return str(error)
    return None


def without(state: bytes, *names: str) -> bytes:
    """Return the state as it was stored before these fields were there."""
    metadata, facts, content = msgspec.msgpack.decode(state)
    inner: dict[str, Any] = msgspec.msgpack.decode(content) if content else {}
    for fields in (metadata, facts, inner):
        for name in names:
            fields.pop(name, None)
    return msgspec.msgpack.encode((metadata, facts, msgspec.msgpack.encode(inner)))


def test_every_stored_name_has_a_sample() -> None:
    assert {type(event): name for name, event in EVENTS.items()} == STORED_NAMES


@pytest.mark.parametrize("name", EVENTS)
def test_what_was_stored_once_still_means_the_same(name: str) -> None:
    assert read(name, stored_state(name)) == RecordedEvent(
        originator_id=STREAM,
        originator_version=3,
        client_id=STREAM,
        event_id=STREAM,
        arrived_at=ARRIVED,
        metadata=METADATA,
        event=EVENTS[name],
        recorded_at=ARRIVED,
        position=POSITION,
    )


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_read_and_stored_again_stays_the_same(name: str) -> None:
    first = MAPPER.to_stored_event(read(name, stored_state(name)))
    again = MAPPER.to_stored_event(read(name, first.state))
    assert again == first
    assert (again.topic, again.originator_id, again.originator_version) == (name, STREAM, 3)
    assert read(name, again.state).event == EVENTS[name]


@pytest.mark.parametrize(
    ("name", "newer", "event"),
    [
        ("activity.opened.v1", ["reason"], ActivityOpened(2_147_483_647, "request")),
        (
            "client.registered.v1",
            ["first_activity_id"],
            ClientRegistered(UUID("0192f0c1-7b1e-7c44-9a3b-5d6e7f809102"), "Harbour Facilities"),
        ),
        (
            "work-order.reported.v1",
            ["document", "warnings", "event_type", "action", "reported_at", "verdict"],
            WorkOrderReported(
                bytes(range(32)),
                "application/xml; charset=utf-16",
                ReportContent(b"\xff\xfe<\x00a\x00/\x00>\x00\n\x00"),
            ),
        ),
    ],
)
def test_a_field_that_came_later_has_its_default_in_old_states(
    name: str, newer: list[str], event: Event
) -> None:
    assert read(name, without(stored_state(name), *newer)).event == event


def test_metadata_that_came_later_has_its_default_in_old_states() -> None:
    newer = ["sender", "key_id", "signature", "actor", "delivery_id", "trace_id", "headers"]
    state = without(stored_state("activity.opened.v1"), *newer)
    assert read("activity.opened.v1", state).metadata == Metadata("webhook")


def test_a_name_that_nobody_knows_is_told_with_its_position() -> None:
    state = stored_state("activity.opened.v1")
    with pytest.raises(UnreadableEventError, match=r"the name activity\.opened\.v9"):
        read("activity.opened.v9", state)


@pytest.mark.parametrize(
    "state",
    [
        b"",
        b"\xc0",
        b"not MessagePack",
        stored_state("activity.opened.v1")[:-1],
        stored_state("work-order.reported.v1")[:-1],
        without(stored_state("activity.opened.v1"), "activity_id"),
        without(stored_state("activity.opened.v1"), "origin"),
        stored_state("activity.opened.v1").replace(b"webhook", b"unknown"),
        stored_state("activity.opened.v1").replace("Örs".encode(), b"\xff\xfers"),
        b"\x93" + b"\x81\xa1x" + b"\x91" * 100_000,
    ],
    ids=[
        "nothing", "null", "text", "cut in the clear", "cut in the content", "no activity id",
        "no origin", "unknown origin", "text that is not UTF-8", "too deep",
    ],
)  # fmt: skip
def test_a_state_that_cannot_be_read_is_told_with_its_position(state: bytes) -> None:
    with pytest.raises(UnreadableEventError, match=OF_THE_ROW):
        read("activity.opened.v1", state)


@given(name=st.sampled_from(sorted(EVENTS)), at=st.integers(0, 1_000), byte=st.integers(0, 255))
def test_a_damaged_state_is_read_or_told_but_never_anything_else(
    name: str, at: int, byte: int
) -> None:
    state = bytearray(stored_state(name))
    state[at % len(state)] = byte
    problem = problem_of(name, bytes(state))
    assert problem is None or problem.startswith(OF_THE_ROW)


def test_only_recorded_events_are_stored_and_only_rows_of_the_log_are_read() -> None:
    with pytest.raises(TypeError, match="ReportContent is not a recorded event"):
        MAPPER.to_stored_event(ReportContent(b""))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="StoredEvent is not a row of the log"):
        MAPPER.to_domain_event(stored())


def test_the_row_has_what_the_state_does_not() -> None:
    event = recorded(report(), uuid4(), 5)
    row = MAPPER.to_stored_event(event)
    assert (row.originator_id, row.originator_version) == (event.originator_id, 5)
    assert (row.client_id, row.event_id) == (event.client_id, event.event_id)
    assert (row.arrived_at, row.data_key_id) == (ARRIVED, None)
