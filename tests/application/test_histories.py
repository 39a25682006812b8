"""A work order as it is, as it was known once, and as it was at some time."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.aggregates import Aggregates
from application.histories import Histories, PointInTime
from application.journal_writer import JournalWriter
from domain.activity import ActivityOpened
from domain.client import Client
from domain.errors import UnknownActivityError, UnknownWorkOrderError
from domain.history import History
from infrastructure.database import Database
from infrastructure.links import PostgresLinks
from tests.application.whole_log import WholeLog
from tests.commands import opening, releasing, reporting

MORNING = datetime(2026, 2, 27, 8, tzinfo=UTC)
NOON = datetime(2026, 2, 27, 12, tzinfo=UTC)
EVENING = datetime(2026, 2, 27, 20, tzinfo=UTC)
NOW = PointInTime()


@pytest.fixture
def histories(aggregates: Aggregates, database: Database) -> Histories:
    return Histories(aggregates, PostgresLinks(database))


@pytest.fixture
def recorded_times(writer: JournalWriter, whole_log: WholeLog, client_id: UUID) -> list[datetime]:
    """Record four reports, the third one late, and an opening; return when each was recorded."""
    for body, reported_at in (
        (b'{"Object":{"Id":1,"Caller":"morning","Nte":100}}', MORNING),
        (b'{"Object":{"Id":1,"Caller":"evening"}}', EVENING),
        (b'{"Object":{"Id":1,"Caller":"noon","Category":"REPAIR"}}', NOON),
    ):
        writer.write([reporting(client_id, 1, body, reported_at=reported_at)])
    writer.write([opening(client_id, 1, 42)])
    return [it.recorded_at for it in whole_log.events() if it.recorded_at]


def known(history: History) -> dict[str, object]:
    return {str(path[0]): fact.value for path, fact in history.work_order.facts.items()}


def test_a_history_tells_every_event_and_what_is_known_now(
    histories: Histories, client_id: UUID, recorded_times: list[datetime]
) -> None:
    history = histories.of_work_order(client_id, 1, NOW)
    assert (history.version, history.activity_id) == (4, 42)
    assert known(history) == {"Id": 1, "Caller": "evening", "Nte": 100, "Category": "REPAIR"}
    assert [moment.late for moment in history.moments] == [False, False, True, False]
    assert [moment.recorded.recorded_at for moment in history.moments] == recorded_times
    assert isinstance(history.moments[-1].recorded.event, ActivityOpened)


def test_as_of_a_time_only_what_was_recorded_up_to_then_is_known(
    histories: Histories, client_id: UUID, recorded_times: list[datetime]
) -> None:
    known_then = []
    for moment in recorded_times:
        history = histories.of_work_order(client_id, 1, PointInTime(as_of=moment))
        known_then.append((history.version, known(history).get("Caller"), history.activity_id))
    assert known_then == [
        (1, "morning", None),
        (2, "evening", None),
        (3, "evening", None),
        (4, "evening", 42),
    ]
    just_before = PointInTime(as_of=recorded_times[1] - timedelta(microseconds=1))
    assert histories.of_work_order(client_id, 1, just_before).version == 1


def test_before_the_first_event_nothing_was_on_record(
    histories: Histories, client_id: UUID, recorded_times: list[datetime]
) -> None:
    before = PointInTime(as_of=recorded_times[0] - timedelta(microseconds=1))
    with pytest.raises(UnknownWorkOrderError):
        histories.of_work_order(client_id, 1, before)


def test_effective_at_a_time_only_what_was_reported_up_to_then_counts(
    histories: Histories, client_id: UUID, recorded_times: list[datetime]
) -> None:
    assert len(recorded_times) == 4
    callers = {
        moment: known(histories.of_work_order(client_id, 1, PointInTime(effective_at=moment))).get(
            "Caller"
        )
        for moment in (MORNING - timedelta(seconds=1), MORNING, NOON, EVENING)
    }
    assert list(callers.values()) == [None, "morning", "noon", "evening"]


def test_both_times_together_ask_what_was_known_then_of_that_time(
    histories: Histories, client_id: UUID, recorded_times: list[datetime]
) -> None:
    second = PointInTime(as_of=recorded_times[1], effective_at=NOON)
    assert known(histories.of_work_order(client_id, 1, second))["Caller"] == "morning"
    third = PointInTime(as_of=recorded_times[2], effective_at=NOON)
    assert known(histories.of_work_order(client_id, 1, third))["Caller"] == "noon"


def test_a_release_ends_what_the_activity_follows(
    histories: Histories, client_id: UUID, writer: JournalWriter, recorded_times: list[datetime]
) -> None:
    writer.write([releasing(client_id, 1, 42)])
    assert histories.of_work_order(client_id, 1, NOW).activity_id is None
    before = PointInTime(as_of=recorded_times[-1])
    assert histories.of_work_order(client_id, 1, before).activity_id == 42


def test_what_was_never_reported_is_told(histories: Histories, client_id: UUID) -> None:
    with pytest.raises(UnknownWorkOrderError, match=r"Nothing was ever recorded of work order 1\."):
        histories.of_work_order(client_id, 1, NOW)


@pytest.mark.usefixtures("recorded_times")
def test_clients_do_not_see_each_others_work_orders(histories: Histories) -> None:
    with pytest.raises(UnknownWorkOrderError):
        histories.of_work_order(uuid4(), 1, NOW)


def test_a_moved_activity_followed_what_was_known_then(
    histories: Histories, client_id: UUID, writer: JournalWriter, recorded_times: list[datetime]
) -> None:
    client = Client(client_id=client_id)
    writer.write([releasing(client_id, 1, 42), opening(client_id, 2, 42)])
    assert histories.followed_by(client, 42, None) == 2
    assert histories.followed_by(client, 42, recorded_times[-1]) == 1
    with pytest.raises(UnknownActivityError):
        histories.followed_by(client, 42, recorded_times[0])
    with pytest.raises(UnknownActivityError):
        histories.followed_by(client, 43, None)


def test_what_an_activity_followed_is_told_as_it_was_known_then(
    histories: Histories, client_id: UUID, writer: JournalWriter, recorded_times: list[datetime]
) -> None:
    writer.write([releasing(client_id, 1, 42), opening(client_id, 2, 42)])

    def followed(as_of: datetime | None) -> list[tuple[int, bool]]:
        """Return each work order, and whether it was followed no longer."""
        history = histories.of_work_order(client_id, 1, NOW)
        periods = histories.periods(client_id, history, as_of)
        assert all((it.to_position is None) == (it.released_at is None) for it in periods)
        return [(it.work_order_id, it.released_at is not None) for it in periods]

    assert followed(None) == [(1, True), (2, False)]
    assert followed(recorded_times[-1]) == [(1, False)]
