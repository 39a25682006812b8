"""The projector: every event once, in every read model, whatever the portions."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace

from application.journal_writer import JournalWriter
from application.known_states import unpack
from application.projections import PROJECTIONS
from application.projector import Projector
from domain.activity import ReportWorkOrder
from domain.document import JsonValue, encode
from domain.identity import activity_stream
from domain.work_order import as_document
from infrastructure.database import Database
from infrastructure.mapper import EventMapper
from infrastructure.projector_session import PostgresProjectorSession
from tests.application.read_side import ReadSide
from tests.commands import opening, releasing, reporting
from tests.recorded import ARRIVED
from tests.waiting import until


def body(work_order_id: int, **told: JsonValue) -> bytes:
    return encode({"Object": {"Id": work_order_id, **told}})


def test_a_report_is_in_every_read_model(
    writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    told = body(
        7,
        Number="N-7",
        PurchaseNumber="P-7",
        Trade="DOORS",
        Priority="P1",
        Status={"Primary": "OPEN", "Extended": None},
        LocationId=70,
        LocationName="Site 70",
        ScheduledDate="2026-03-02T08:00:00",
        Description="The door is stuck",
        Notes=[{"Id": 1, "NoteData": "Bring a ladder"}],
    )
    writer.write([reporting(client_id, 7, told, opens=True)])
    read_side.catch_up()

    [current] = read_side.rows("current_activities")
    [found] = read_side.rows("activity_search")
    first, second = read_side.rows("timeline")
    [day] = read_side.rows("delivery_health")
    known = unpack(current["state"])
    assert (current["version"], current["position"], known.activity_id) == (2, 2, 1)
    assert as_document(known.work_order)["Trade"] == "DOORS"
    assert found["stream_id"] == current["stream_id"] == activity_stream(client_id, 7)
    assert {name: found[name] for name in ("number", "purchase_number", "trade", "priority")} == {
        "number": "N-7",
        "purchase_number": "P-7",
        "trade": "DOORS",
        "priority": "P1",
    }
    assert (found["status"], found["extended_status"]) == ("OPEN", None)
    assert (found["location_id"], found["location_name"]) == (70, "Site 70")
    assert found["scheduled_at"].isoformat() == "2026-03-02T08:00:00+00:00"
    assert found["words"] == "'a' 'bring' 'door' 'is' 'ladder' 'stuck' 'the'"
    assert (found["activity_id"], found["reported_at"]) == (1, ARRIVED)
    assert (first["name"], first["verdict"], first["late"], first["sender"]) == (
        "WorkOrderReported",
        "recorded",
        False,
        "default",
    )
    assert b'{"Field":"Trade","From":null,"To":"DOORS"}' in first["changes"]
    assert (second["name"], second["activity_id"], second["changes"]) == (
        "ActivityOpened",
        1,
        b"[]",
    )
    assert (day["client_id"], day["day"], day["reports"]) == (client_id, ARRIVED.date(), 1)
    assert day["last_seen"] == ARRIVED


def test_events_in_portions_amount_to_the_same_as_all_at_once(
    writer: JournalWriter,
    read_side: ReadSide,
    client_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(30):
        told = body(number % 3 + 1, Trade=f"T{number % 4}", Notes=[{"Id": number, "NoteData": "x"}])
        at = ARRIVED - timedelta(minutes=number % 5)
        writer.write([reporting(client_id, number % 3 + 1, told, opens=True, reported_at=at)])
    writer.write([releasing(client_id, 1, 1), opening(client_id, 1, 9)])
    monkeypatch.setattr("application.projector.PAGE", 4)
    read_side.catch_up()
    in_portions = {name: read_side.rows(name) for name in ("activity_search", "timeline")}
    health = read_side.rows("delivery_health")

    for name in (*in_portions, "current_activities", "delivery_health"):
        read_side.execute(f"TRUNCATE {name}_1")
    read_side.execute("UPDATE projection_generations SET position = 0")
    monkeypatch.setattr("application.projector.PAGE", 1_000)
    read_side.catch_up()

    assert {name: read_side.rows(name) for name in in_portions} == in_portions
    assert read_side.rows("delivery_health") == health
    assert len(in_portions["timeline"]) == 35
    assert any(row["late"] for row in in_portions["timeline"])
    assert read_side.position("timeline") == 35


def test_an_activity_opened_before_any_report_has_its_work_order(
    writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    writer.write([opening(client_id, 7, 70)])
    read_side.catch_up()

    [found] = read_side.rows("activity_search")
    assert (found["work_order_id"], found["activity_id"]) == (7, 70)
    assert [row["work_order_id"] for row in read_side.rows("timeline")] == [7]


@pytest.mark.parametrize("at_once", [True, False])
def test_an_activity_released_before_any_report_is_found_as_that(
    writer: JournalWriter, read_side: ReadSide, client_id: UUID, at_once: bool
) -> None:
    writer.write([opening(client_id, 7, 70)])
    if not at_once:
        read_side.catch_up()
    writer.write([releasing(client_id, 7, 70)])
    read_side.catch_up()

    [found] = read_side.rows("activity_search")
    told = read_side.rows("timeline")
    assert (found["work_order_id"], found["activity_id"], found["version"]) == (7, None, 2)
    # What is released is told of the activity that it was.
    assert [row["activity_id"] for row in told] == [70, 70]


def test_a_test_notification_stays_out_of_search(
    writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    entry = reporting(client_id, 7, body(7, Source="WebhookTest"))
    assert isinstance(entry.command, ReportWorkOrder)
    command = replace(entry.command, report=replace(entry.command.report, verdict="test"))
    writer.write([replace(entry, command=command)])
    read_side.catch_up()

    assert read_side.rows("activity_search") == []
    [told] = read_side.rows("timeline")
    assert (told["verdict"], told["work_order_id"]) == ("test", 7)
    [day] = read_side.rows("delivery_health")
    assert (day["reports"], day["tests"]) == (0, 1)


def test_a_hole_is_never_skipped(
    writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    """Positions have no holes; whoever makes one by hand stops the projections before it."""
    for number in range(1, 5):
        writer.write([reporting(client_id, number, body(number))])
    read_side.execute("CREATE TABLE aside AS SELECT * FROM event_log WHERE position = 3")
    read_side.execute("DELETE FROM event_log WHERE position = 3")
    read_side.catch_up()
    before = [row["position"] for row in read_side.rows("timeline")]
    read_side.execute("INSERT INTO event_log SELECT * FROM aside")
    read_side.catch_up()

    assert before == [1, 2]
    assert [row["position"] for row in read_side.rows("timeline")] == [1, 2, 3, 4]


def test_one_that_lost_its_place_writes_nothing(
    database: Database, writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    """Two that both believe that they lead: the slower one finds the position moved on."""
    writer.write([reporting(client_id, 1, body(1, Trade="FIRST"))])
    with PostgresProjectorSession.opened(database, EventMapper()) as session:
        slow = Projector(session, PROJECTIONS)
        slow.round()
        writer.write([reporting(client_id, 1, body(1, Trade="SECOND"))])
        read_side.catch_up()
        rows = {name: read_side.rows(name) for name in ("timeline", "delivery_health")}

        assert slow.round() == 1
        assert {name: read_side.rows(name) for name in rows} == rows
        writer.write([reporting(client_id, 1, body(1, Trade="THIRD"))])
        assert slow.round() == 1
        assert len(read_side.rows("timeline")) == 3
        [day] = read_side.rows("delivery_health")
        assert day["reports"] == 3


def test_one_connection_leads_and_another_once_it_is_gone(database: Database) -> None:
    mapper = EventMapper()
    with PostgresProjectorSession.opened(database, mapper) as standby:
        with PostgresProjectorSession.opened(database, mapper) as leader:
            assert leader.leads()
            assert not standby.leads()
            assert leader.leads()
        # The server frees the lock a moment after the connection is closed.
        until(standby.leads)


def test_streams_of_clients_do_not_meet(
    writer: JournalWriter, read_side: ReadSide, client_id: UUID
) -> None:
    other = uuid4()
    writer.write([reporting(client_id, 7, body(7)), reporting(other, 7, body(7))])
    read_side.catch_up()

    assert {row["client_id"] for row in read_side.rows("activity_search")} == {client_id, other}
