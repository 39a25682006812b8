"""What surrounds a work order: times with other providers, and recalls in both directions."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from application.aggregates import Aggregates
from application.current_states import CurrentStates
from application.histories import Histories, PointInTime
from application.journal_writer import JournalWriter
from application.query_ports import OutdatedReadModelError
from application.surroundings import Lookout, Surroundings, state_document
from domain.client import Client
from infrastructure.database import Database
from infrastructure.kept_states import PostgresKeptStates
from infrastructure.links import PostgresLinks
from infrastructure.recalls import PostgresRecalls
from tests.application.read_side import ReadSide
from tests.application.whole_log import WholeLog
from tests.commands import reporting

US, OTHER, THIRD = 5, 6, 7
MORNING = datetime(2026, 2, 27, 8, tzinfo=UTC)
NOW = PointInTime()


class Desk:
    """Reports work orders of one client, and looks around them."""

    def __init__(self, database: Database, aggregates: Aggregates, writer: JournalWriter) -> None:
        self.client = Client(client_id=uuid4())
        self._lookout = Lookout(aggregates, PostgresRecalls(database))
        self._states = CurrentStates(aggregates, PostgresKeptStates(database))
        self._histories = Histories(aggregates, PostgresLinks(database))
        self._writer = writer

    def report(self, number: int, hour: int = 0, sender: str = "default", **said: object) -> None:
        """Report a work order, so many hours after the morning."""
        at = MORNING + timedelta(hours=hour)
        told = {"Id": number, "UpdatedDate_DTO": at.isoformat(), **said}
        body = json.dumps({"Object": told}).encode()
        self._writer.write([reporting(self.client.id, number, body, reported_at=at, sender=sender)])

    def now(self, number: int) -> Surroundings:
        known = self._states.of_work_order(self.client.id, number).known
        return self._lookout.now(self.client, number, known)

    def at(self, number: int, moment: PointInTime = NOW) -> Surroundings:
        history = self._histories.of_work_order(self.client.id, number, moment)
        return self._lookout.at(self.client, number, history, moment)

    def state(self, number: int) -> dict[str, object]:
        known = self._states.of_work_order(self.client.id, number).known
        return {**state_document(self.client, known.work_order, self.now(number))}


@pytest.fixture
def desk(database: Database, aggregates: Aggregates, writer: JournalWriter) -> Desk:
    return Desk(database, aggregates, writer)


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_work_order_that_left_is_shown_elsewhere_until_it_returns(
    desk: Desk, read_side: ReadSide, is_kept: bool
) -> None:
    def look() -> Surroundings:
        if is_kept:
            read_side.catch_up()
        return desk.now(1)

    desk.report(1, 0, ProviderId=US)
    assert look().absences == []
    desk.report(1, 1, ProviderId=OTHER)
    [absence] = look().absences
    assert (absence.left, absence.provider, absence.until) == (US, OTHER, None)
    assert desk.state(1)["AssignedElsewhere"] == {
        "ProviderId": OTHER,
        "LeftProviderId": US,
        "Since": "2026-02-27T09:00:00Z",
        "SinceVersion": 2,
        "Until": None,
        "UntilVersion": None,
        "Unobserved": True,
    }
    desk.report(1, 5, ProviderId=US)
    [absence] = look().absences
    assert (absence.since[1], absence.until and absence.until[1]) == (2, 3)
    assert absence.unobserved
    assert desk.state(1)["AssignedElsewhere"] is None
    assert desk.at(1).absences == [absence]


def test_the_times_elsewhere_are_told_as_they_were_known_and_as_they_were(
    desk: Desk, whole_log: WholeLog
) -> None:
    for hour, provider in ((0, US), (1, OTHER), (5, US)):
        desk.report(1, hour, ProviderId=provider)
    recorded_at = whole_log.events()[1].recorded_at
    [then] = desk.at(1, PointInTime(as_of=recorded_at)).absences
    assert then.until is None
    [before] = desk.at(1, PointInTime(effective_at=MORNING + timedelta(hours=2))).absences
    assert before.until is None
    assert desk.at(1, PointInTime(effective_at=MORNING)).absences == []


def test_a_client_that_says_which_provider_it_is_sees_only_what_left_that_one(desk: Desk) -> None:
    desk.report(1, 0, "subscriber", ProviderId=OTHER)
    desk.report(1, 1, "subscriber", ProviderId=US)
    assert len(desk.now(1).absences) == 1
    desk.client = Client(client_id=desk.client.id, provider_ids=frozenset({US}))
    assert desk.now(1).absences == []
    desk.report(1, 2, "subscriber", ProviderId=THIRD)
    [absence] = desk.now(1).absences
    assert (absence.left, absence.provider) == (US, THIRD)


def test_recalls_are_told_in_both_directions_within_a_client(
    desk: Desk, database: Database, aggregates: Aggregates, writer: JournalWriter,
    read_side: ReadSide,
) -> None:  # fmt: skip
    stranger = Desk(database, aggregates, writer)
    desk.report(1)
    for number in (3, 2):
        desk.report(number, RecallWorkOrder=1)
    desk.report(4, RecallWorkOrder=0)
    stranger.report(9, RecallWorkOrder=1)
    read_side.catch_up()
    assert (desk.state(1)["RecallOf"], desk.state(1)["RecalledBy"]) == (None, [2, 3])
    assert (desk.state(3)["RecallOf"], desk.state(3)["RecalledBy"]) == (1, [])
    assert desk.state(4)["RecallOf"] is None
    assert desk.at(1).recalled_by == [2, 3]


def test_a_recall_is_told_only_from_when_it_was_known(
    desk: Desk, whole_log: WholeLog, read_side: ReadSide
) -> None:
    desk.report(1)
    desk.report(2, 1)
    desk.report(2, 2, RecallWorkOrder=1)
    read_side.catch_up()
    *_, before, after = (it.recorded_at for it in whole_log.events())
    assert desk.at(1, PointInTime(as_of=before)).recalled_by == []
    assert desk.at(1, PointInTime(as_of=after)).recalled_by == [2]
    early = MORNING + timedelta(hours=1)
    assert desk.at(1, PointInTime(effective_at=early)).recalled_by == []


def test_while_the_search_is_of_another_release_nobody_can_tell_what_recalls_a_work_order(
    desk: Desk, database: Database, read_side: ReadSide
) -> None:
    desk.report(1)
    desk.report(2, RecallWorkOrder=1)
    read_side.execute("UPDATE projection_generations SET shape = -1")
    with pytest.raises(OutdatedReadModelError):
        PostgresRecalls(database).of_work_order(desk.client.id, 1)
    assert desk.state(1)["RecalledBy"] is None
    assert desk.state(2)["RecallOf"] == 1


def test_two_senders_words_are_kept_with_the_state(desk: Desk, read_side: ReadSide) -> None:
    desk.report(1, 0, "subscriber", Nte=500, Trade="DOORS")
    desk.report(1, 1, "provider", Nte=350, Trade="DOORS")
    from_the_log = desk.state(1)
    read_side.catch_up()
    assert desk.state(1) == from_the_log
    assert from_the_log["Nte"] == 350
    desk.client = Client(client_id=desk.client.id, preferred_sender="subscriber")
    preferred = desk.state(1)
    assert preferred["Nte"] == 500
    assert preferred["Disagreements"] == from_the_log["Disagreements"]
    desk.report(1, 2, "provider", Trade="LOCKS")
    assert desk.state(1)["Trade"] == "DOORS"
