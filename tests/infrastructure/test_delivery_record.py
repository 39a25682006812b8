"""What reached a client is found by an index, however long the log and however many the clients."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from psycopg import sql

from infrastructure.database import Database
from infrastructure.delivery_health import DELIVERY_HEALTH
from infrastructure.delivery_record import SENDERS_SEEN, PostgresDeliveryRecord

DAYS = 400
CLIENT = UUID(int=7)

FILL = f"""
    INSERT INTO delivery_health_1
    SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(client), 12, '0'))::uuid, sender,
           date '2025-01-01' + day, now(), null, day + 1, 1000, 0, 9000, 0, 0, 0, 0, 0
    FROM generate_series(1, 50) AS client, unnest('{{a,b}}'::text[]) AS sender,
         generate_series(0, {DAYS - 1}) AS day
"""

# Of five days the last three have reports, the first four tests.
DAYS_OF_ONE = """
    INSERT INTO delivery_health_1
    SELECT '00000000-0000-0000-0000-000000000007', 'a', date '2024-12-31' + day, now(),
           timestamptz '2024-12-31Z' + day * interval '1 day', day,
           CASE WHEN day > 2 THEN 9 ELSE 0 END, CASE WHEN day < 5 THEN 9 ELSE 0 END,
           0, 0, 0, 0, 0, 0
    FROM generate_series(1, 5) AS day
"""


def test_only_the_rows_of_the_clients_days_are_looked_at(database: Database) -> None:
    with database.connection() as connection:
        connection.execute(FILL.encode())
        connection.execute("ANALYZE delivery_health_1")
        query = sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) " + SENDERS_SEEN).format(
            table=DELIVERY_HEALTH.table(1)
        )
        row = connection.execute(query, (CLIENT,)).fetchone()
    assert row is not None
    scans = [node for node in nodes(row[0][0]["Plan"]) if "Relation Name" in node]
    assert [node["Actual Rows"] for node in scans] == [2 * DAYS]
    assert "Seq" not in scans[0]["Node Type"]
    assert scans[0].get("Rows Removed by Filter", 0) == 0
    found = PostgresDeliveryRecord(database).seen(CLIENT)
    assert {name: told.last_position for name, told in found.senders.items()} == {
        "a": DAYS,
        "b": DAYS,
    }


def test_of_all_days_the_first_report_and_the_last_test_and_ping_are_told(
    database: Database,
) -> None:
    with database.connection() as connection:
        connection.execute(DAYS_OF_ONE.encode())
    [told] = PostgresDeliveryRecord(database).seen(CLIENT).senders.values()
    assert (told.first_report, told.last_test) == (date(2025, 1, 3), date(2025, 1, 4))
    assert told.last_ping == datetime(2025, 1, 5, tzinfo=UTC)
    assert told.last_position == 5


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a plan's nodes, whatever is below what."""
    return [plan, *(node for below in plan.get("Plans", ()) for node in nodes(below))]
