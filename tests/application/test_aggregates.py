"""Deciding on a stream that somebody else may be writing at the same moment."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from application.aggregates import Aggregates
from domain.client import PingsSeen
from domain.errors import WorktrailError
from domain.metadata import Metadata
from domain.record import Event, RecordedEvent
from tests.application.whole_log import WholeLog
from tests.recorded import ARRIVED

METADATA = Metadata("command", actor="operator")


def counts(events: Iterable[RecordedEvent]) -> list[int]:
    return [it.event.count for it in events if isinstance(it.event, PingsSeen)]


def one_more(known: list[int]) -> list[Event]:
    return [PingsSeen(ARRIVED, len(known) + 1)]


@pytest.fixture
def stream() -> UUID:
    return uuid4()


@pytest.fixture
def change(aggregates: Aggregates, stream: UUID) -> Callable[..., list[Event]]:
    def change(decide: Callable[[list[int]], list[Event]]) -> list[Event]:
        return aggregates.change(stream, stream, counts, decide, METADATA)

    return change


def test_a_decision_sees_what_was_recorded_before(
    aggregates: Aggregates, stream: UUID, change: Callable[..., list[Event]]
) -> None:
    assert aggregates.read(stream, counts) is None
    assert change(one_more) == [PingsSeen(ARRIVED, 1)]
    assert change(lambda known: [*one_more(known), PingsSeen(ARRIVED, 9)])
    assert aggregates.read(stream, counts) == [1, 2, 9]


def test_a_decision_is_taken_anew_where_somebody_else_was_faster(
    aggregates: Aggregates, stream: UUID, change: Callable[..., list[Event]]
) -> None:
    seen: list[list[int]] = []

    def decide(known: list[int]) -> list[Event]:
        seen.append(known)
        if len(seen) == 1:
            change(one_more)
        return one_more(known)

    assert change(decide) == [PingsSeen(ARRIVED, 2)]
    assert seen == [[], [1]]
    assert aggregates.read(stream, counts) == [1, 2]


def test_many_who_change_one_stream_at_once_all_get_their_turn(
    aggregates: Aggregates,
    stream: UUID,
    change: Callable[..., list[Event]],
    whole_log: WholeLog,
) -> None:
    with ThreadPoolExecutor(12) as pool:
        for changed in [pool.submit(change, one_more) for _ in range(36)]:
            changed.result(timeout=20)
    assert aggregates.read(stream, counts) == list(range(1, 37))
    assert [it.originator_version for it in whole_log.events()] == list(range(1, 37))


def test_a_refused_decision_writes_nothing(
    change: Callable[..., list[Event]], whole_log: WholeLog
) -> None:
    def refuse(_: list[int]) -> list[Event]:
        raise WorktrailError("No.")

    with pytest.raises(WorktrailError, match=r"No\."):
        change(refuse)
    assert change(lambda _: []) == []
    assert whole_log.events() == []


def test_an_event_has_its_cause_and_the_time_of_its_arrival(
    aggregates: Aggregates, stream: UUID, whole_log: WholeLog
) -> None:
    client_id = uuid4()
    aggregates.change(client_id, stream, counts, one_more, METADATA, ARRIVED)
    aggregates.change(client_id, stream, counts, one_more, METADATA)
    first, second = whole_log.events()
    assert (first.client_id, first.originator_id, first.metadata) == (client_id, stream, METADATA)
    assert first.arrived_at == ARRIVED
    assert second.recorded_at is not None
    assert abs((second.arrived_at - second.recorded_at).total_seconds()) < 60


def test_the_environment_of_the_process_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, aggregates: Aggregates, stream: UUID
) -> None:
    for name, value in {
        "PERSISTENCE_MODULE": "eventsourcing.nowhere",
        "COMPRESSOR_TOPIC": "zlib",
        "CIPHER_KEY": "none",
        "AGGREGATE_CACHE_MAXSIZE": "10",
    }.items():
        monkeypatch.setenv(name, value)
    again = Aggregates(
        aggregates.construct_recorder(), aggregates.construct_mapper(), uuid4, lambda: ARRIVED
    )
    again.change(stream, stream, counts, one_more, METADATA)
    assert aggregates.read(stream, counts) == [1]
