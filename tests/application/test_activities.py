"""Opening, releasing and listing activities on request."""

from uuid import UUID, uuid4

import pytest

from application.activities import Activities, Move
from application.journal_writer import JournalWriter
from domain.activity import OpenActivity
from domain.client import Client
from domain.errors import (
    ActivityAlreadyOpenError,
    ActivityIdRangeError,
    ActivityIdTakenError,
    ActivityNotOpenError,
    UnknownActivityError,
)
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.links import PostgresLinks
from tests.application.whole_log import WholeLog
from tests.commands import opening

ANY = OpenActivity()


@pytest.fixture
def client(client_id: UUID) -> Client:
    return Client(client_id=client_id, name="Harbour", first_activity_id=700)


@pytest.fixture
def activities(writer: JournalWriter, database: Database) -> Activities:
    return Activities(writer, PostgresLinks(database), now)


def test_ids_are_minted_from_the_clients_first_on_or_taken_as_given(
    activities: Activities, client: Client
) -> None:
    assert activities.open(client, 1, ANY, "operator") == 700
    assert activities.open(client, 2, OpenActivity(9_000), "operator") == 9_000
    assert activities.open(client, 3, ANY, "operator") == 9_001
    assert activities.open(Client(client_id=uuid4()), 3, ANY, "operator") == 1


def test_opening_what_is_open_already_changes_nothing(
    activities: Activities, client: Client, whole_log: WholeLog
) -> None:
    activities.open(client, 1, ANY, "operator")
    assert activities.open(client, 1, ANY, "operator") == 700
    assert activities.open(client, 1, OpenActivity(700), "operator") == 700
    assert len(whole_log.events()) == 1


@pytest.mark.parametrize(
    ("work_order", "activity", "error"),
    [
        (1, 701, ActivityAlreadyOpenError),
        (2, 700, ActivityIdTakenError),
        (2, 0, ActivityIdRangeError),
        (2, 2**31, ActivityIdRangeError),
        (2, 2**64, ActivityIdRangeError),
    ],
)
def test_what_cannot_be_opened_is_refused_with_a_reason(
    activities: Activities,
    client: Client,
    work_order: int,
    activity: int,
    error: type[Exception],
) -> None:
    activities.open(client, 1, ANY, "operator")
    with pytest.raises(error):
        activities.open(client, work_order, OpenActivity(activity), "operator")


def test_an_id_moves_and_keeps_its_periods(
    activities: Activities, client: Client, whole_log: WholeLog
) -> None:
    activities.open(client, 1, ANY, "operator")
    assert activities.release(client, 700, "moved", "operator") == 1
    activities.open(client, 2, OpenActivity(700), "operator")
    periods = activities.periods(client, 700)
    assert [(it.work_order_id, it.from_position, it.to_position) for it in periods] == [
        (1, 1, 2),
        (2, 3, None),
    ]
    assert activities.release(client, 700, None, "operator") == 2
    whole_log.check()


def test_an_activity_moves_in_one_step_and_is_never_on_neither(
    activities: Activities, client: Client, whole_log: WholeLog
) -> None:
    activities.open(client, 1, ANY, "operator")
    activities.move(client, 700, Move(1, 2), "wrong one", "operator")
    first, second = activities.periods(client, 700)
    assert (first.work_order_id, second.work_order_id) == (1, 2)
    assert first.to_position == second.from_position - 1
    times = {it.recorded_at for it in whole_log.events()[1:]}
    assert len(times) == 1
    whole_log.check()


@pytest.mark.parametrize(
    ("activity", "move", "error"),
    [
        (700, Move(1, 3), ActivityAlreadyOpenError),
        (700, Move(2, 4), ActivityNotOpenError),
        (9, Move(1, 2), ActivityNotOpenError),
    ],
)
def test_an_activity_that_cannot_move_stays_where_it_is(
    activities: Activities, client: Client, activity: int, move: Move, error: type[Exception]
) -> None:
    activities.open(client, 1, ANY, "operator")
    activities.open(client, 3, ANY, "operator")
    with pytest.raises(error):
        activities.move(client, activity, move, None, "operator")
    found = [(link.activity_id, link.work_order_id) for link in activities.all_open(client)]
    assert found == [(700, 1), (701, 3)]


def test_who_and_why_is_on_record(
    activities: Activities, client: Client, whole_log: WholeLog
) -> None:
    activities.open(client, 1, OpenActivity(5, "asked for"), "Ms Operator")
    activities.release(client, 5, "done", "Mr Operator")
    events = whole_log.events()
    assert [it.metadata.actor for it in events] == ["Ms Operator", "Mr Operator"]
    assert [getattr(it.event, "reason", None) for it in events] == ["asked for", "done"]


def test_only_an_open_activity_can_be_released(activities: Activities, client: Client) -> None:
    activities.open(client, 1, ANY, "operator")
    activities.release(client, 700, None, "operator")
    with pytest.raises(ActivityNotOpenError):
        activities.release(client, 700, None, "operator")
    for unknown in (701, 2**70):
        with pytest.raises(UnknownActivityError):
            activities.release(client, unknown, None, "operator")
    with pytest.raises(UnknownActivityError):
        activities.periods(Client(client_id=uuid4()), 700)


def test_all_open_ones_are_listed_by_id_whatever_their_number(
    activities: Activities, client: Client, writer: JournalWriter
) -> None:
    assert list(activities.all_open(client)) == []
    for first in range(0, 2_500, 500):
        numbers = range(first, first + 500)
        writer.write([opening(client.id, number, 5_000 - number) for number in numbers])
    writer.write([opening(uuid4(), 1, 3_000)])
    activities.release(client, 4_000, None, "operator")
    ids = [link.activity_id for link in activities.all_open(client)]
    assert ids == [number for number in range(2_501, 5_001) if number != 4_000]
