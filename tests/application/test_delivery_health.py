"""What reached each client day by day, and who has fallen silent."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from application.clients import Clients
from application.delivery_health import ClientHealth, DeliveryHealth
from application.journal_writer import JournalWriter
from domain.client import AttemptsRefused, PingsSeen
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.delivery_record import PostgresDeliveryRecord
from tests.application.read_side import ReadSide
from tests.commands import reporting

DAY = timedelta(days=1)


@pytest.fixture
def acme(clients: Clients) -> UUID:
    return clients.add("Acme", "tests").client_id


@pytest.fixture
def delivery_health(database: Database) -> DeliveryHealth:
    return DeliveryHealth(PostgresDeliveryRecord(database), now)


def deliver(writer: JournalWriter, client_id: UUID, arrived_at: datetime) -> None:
    body = b'{"At":"%s"}' % arrived_at.isoformat().encode()
    writer.write([replace(reporting(client_id, 1, body), arrived_at=arrived_at)])


def look(
    delivery_health: DeliveryHealth, clients: Clients, client_id: UUID, days: int = 14
) -> ClientHealth:
    [found] = delivery_health.look([clients.find(str(client_id))], days)
    return found


def test_who_is_heard_of_daily_is_silent_after_more_than_a_day(
    delivery_health: DeliveryHealth,
    clients: Clients,
    acme: UUID,
    writer: JournalWriter,
    read_side: ReadSide,
) -> None:
    begun = now()
    for ago in range(10, 3, -1):
        deliver(writer, acme, begun - ago * DAY)
    read_side.catch_up()
    found = look(delivery_health, clients, acme, days=6)
    assert (found.last_seen, found.silent_since) == (begun - 4 * DAY, begun - 4 * DAY)
    assert [(day.day, day.reports) for day in found.days] == [
        ((begun - ago * DAY).date(), 1) for ago in (4, 5)
    ]

    deliver(writer, acme, begun)
    read_side.catch_up()
    found = look(delivery_health, clients, acme)
    assert (found.last_seen, found.silent_since, found.lag_events) == (begun, None, 0)


def test_a_silence_outlasts_the_days_that_are_told(
    delivery_health: DeliveryHealth,
    clients: Clients,
    acme: UUID,
    writer: JournalWriter,
    read_side: ReadSide,
) -> None:
    last = now() - 100 * DAY
    for ago in (14, 7, 0):
        deliver(writer, acme, last - ago * DAY)
    read_side.catch_up()
    found = look(delivery_health, clients, acme)
    assert (found.silent_since, found.days) == (last, [])


def test_refused_attempts_are_no_sign_of_a_client_and_pings_are(
    delivery_health: DeliveryHealth, clients: Clients, acme: UUID, read_side: ReadSide
) -> None:
    read_side.catch_up()
    found = look(delivery_health, clients, acme)
    assert (found.last_seen, found.silent_since, found.days) == (None, None, [])

    minute = now().replace(second=0, microsecond=0)
    clients.count(acme, PingsSeen(minute - 2 * DAY, 1))
    clients.count(acme, AttemptsRefused(minute, 3, "192.0.2.1"))
    read_side.catch_up()
    found = look(delivery_health, clients, acme)
    assert (found.last_seen, found.silent_since) == (minute - 2 * DAY, minute - 2 * DAY)
    assert [(day.refused, day.pings, day.last_seen) for day in found.days] == [
        (3, 0, None),
        (0, 1, minute - 2 * DAY),
    ]


def test_what_the_read_model_does_not_know_yet_is_no_silence(
    delivery_health: DeliveryHealth,
    clients: Clients,
    acme: UUID,
    writer: JournalWriter,
    read_side: ReadSide,
) -> None:
    begun = now()
    deliver(writer, acme, begun - 4 * DAY)
    read_side.catch_up()
    deliver(writer, acme, begun - 3 * DAY)
    read_side.execute(
        "UPDATE event_log SET recorded_at = %s"
        " WHERE position = (SELECT max(position) FROM event_log)",
        begun - 3 * DAY,
    )
    found = look(delivery_health, clients, acme)
    assert (found.last_seen, found.silent_since, found.lag_events) == (begun - 4 * DAY, None, 1)
    read_side.catch_up()
    assert look(delivery_health, clients, acme).silent_since == begun - 3 * DAY
