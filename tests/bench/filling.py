"""Millions of events in the log within two or three minutes, as the write path itself leaves them.

A few work orders get one report after the other over HTTP; the rows that the service wrote for them
are then copied for all the others, and their heads saved. Nothing of how they are encoded is known
here.
"""

from typing import Any, Final, TypeAlias
from uuid import UUID

import httpx
import psycopg
from psycopg import sql

from domain.identity import activity_stream
from infrastructure import heads, log_rows
from tests.bench.contestants import Contestant
from tests.bench.progress import say
from tests.bench.webhook import BEYOND_THE_LOAD, LOWEST_WORK_ORDER, WORK_ORDERS, Bodies, new_run

_SAMPLE: Final = 1_000
_PORTION: Final = 10_000

_Rows: TypeAlias = psycopg.Connection[tuple[Any, ...]]


def fill(contestant: Contestant, events: int, reports_each: int = 1) -> None:
    """Fill the contestant's log with so many events on up to 2,000,000 work orders.

    A work order gets so many reports at least, but for the last ones.
    """
    say(f"{contestant.name}: filling the log with {events} events")
    client_id = contestant.client_id
    orders = min(max(1, events // reports_each), WORK_ORDERS)
    depth, rest = divmod(events, orders)
    deepest = depth + bool(rest)
    for reports in range(1, deepest + 1):
        _deliver(contestant.url, reports)
    with psycopg.connect(contestant.database_url or "", autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        with connection.transaction():
            log_rows.lock(connection.cursor())
            _make_streams(connection, client_id, orders, depth, rest)
            for version in range(1, deepest + 1):
                _copy_events(connection, _pattern(client_id, deepest), version)
            for reports in {depth, deepest}:
                _save_heads(connection, _pattern(client_id, reports), reports)
        connection.execute("VACUUM (ANALYZE) event_log, activity_heads")
        connection.execute("CHECKPOINT")
        _prove_trusted(connection)


def _deliver(url: str, reports: int) -> None:
    bodies = Bodies(new_run())
    for number in range(reports):
        body = bodies.body(BEYOND_THE_LOAD + reports, number)
        answer = httpx.post(url, content=body, headers={"Content-Type": "application/json"})
        answer.raise_for_status()


def _pattern(client_id: UUID, reports: int) -> UUID:
    return activity_stream(client_id, BEYOND_THE_LOAD + reports)


def _make_streams(connection: _Rows, client_id: UUID, orders: int, depth: int, rest: int) -> None:
    connection.execute("CREATE TEMPORARY TABLE streams (number int, id uuid, reports int)")
    with (
        connection.cursor() as cursor,
        cursor.copy("COPY streams FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.set_types(["int4", "uuid", "int4"])
        for number in range(orders):
            stream_id = activity_stream(client_id, LOWEST_WORK_ORDER + number)
            copy.write_row((number, stream_id, depth + (number < rest)))
    connection.execute("ANALYZE streams")


def _copy_events(connection: _Rows, pattern: UUID, version: int) -> None:
    own = {
        "position": "last.position + row_number() OVER ()",
        "stream_id": "streams.id",
        "event_id": "gen_random_uuid()",
    }
    statement = """
        INSERT INTO event_log ({columns})
        SELECT {values} FROM streams, event_log AS pattern,
               (SELECT max(position) AS position FROM event_log) AS last
        WHERE pattern.stream_id = %s AND pattern.version = %s AND streams.reports >= %s
    """
    listed = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'event_log'::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = ''"
    )
    columns = [str(name) for (name,) in listed]
    values = [own.get(name, f"pattern.{name}") for name in columns]
    filled = statement.format(columns=", ".join(columns), values=", ".join(values))
    connection.execute(sql.SQL(filled), (pattern, version, version))


def _save_heads(connection: _Rows, pattern: UUID, reports: int) -> None:
    cursor = connection.cursor()
    [head] = heads.read(cursor, [pattern])[0].values()
    listed = connection.execute(
        "SELECT id FROM streams WHERE reports = %s ORDER BY number", (reports,)
    )
    while portion := listed.fetchmany(_PORTION):
        heads.save(cursor, {stream_id: head for (stream_id,) in portion})


def _prove_trusted(connection: _Rows) -> None:
    """Make sure that the write path takes what was copied for its own."""
    drawn = connection.execute("SELECT id FROM streams ORDER BY id LIMIT %s", (_SAMPLE,))
    streams = [stream_id for (stream_id,) in drawn]
    trusted, doubtful = heads.read(connection.cursor(), streams)
    if doubtful or any(head.version == 0 for head in trusted.values()):
        raise SystemExit("The filled log is not what the service would have written.")
