"""What reached a client is found by an index, however long the log and however many the clients."""

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


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a plan's nodes, whatever is below what."""
    return [plan, *(node for below in plan.get("Plans", ()) for node in nodes(below))]
