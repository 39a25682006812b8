"""Rows of activity search as a client has them after some years: old ones done, new ones open.

They lie in no order, as a rebuild leaves them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from random import Random
from typing import Final
from uuid import UUID, uuid4

import psycopg
from msgspec import structs

from application.read_model_ports import Row
from infrastructure import generations, log_rows
from infrastructure.activity_search import ACTIVITY_SEARCH
from tests.bench.webhook import LOWEST_WORK_ORDER

TRADES: Final = [f"TRADE {number}" for number in range(30)]
PRIORITIES: Final = ["P1 - 4 HOURS", "P2 - 24 HOURS", "P3 - 7 DAYS", "P4 - 30 DAYS", "PM"]
LOCATIONS: Final = 2_000
EXTENDED: Final = {
    "OPEN": ["", "NEW", "DISPATCH CONFIRMED"],
    "IN PROGRESS": ["", "INCOMPLETE", "PARTS ON ORDER", "WAITING FOR QUOTE", "ON SITE"],
    "COMPLETED": ["", "CONFIRMED", "NO CHARGE", "CANCELLED"],
    "INVOICED": [""],
}
"""What each status may be refined by."""

WORDS: Final = [f"word{number}" for number in range(1, 20_001)]
"""The most frequent first."""

YEARS: Final = timedelta(days=3 * 365)
"""How long ago the first was called for."""

_WORDS_OF_EACH: Final = 30
_SOME: Final = 10_000
_FREQUENT_FIRST: Final = list(accumulate(1 / (rank + 10) for rank in range(len(WORDS))))


def fill_search(
    database_url: str, client_id: UUID, rows: int, lowest_work_order: int = LOWEST_WORK_ORDER
) -> None:
    """Make a new generation with so many rows of a client the one that is read.

    It has a tenth as many of another client beside them.
    """
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '128MB'")
        cursor = connection.cursor(binary=True)
        tracked = generations.begin(cursor, ACTIVITY_SEARCH)
        for of_whom, how_many in ((uuid4(), rows // 10), (client_id, rows)):
            of_client = client_rows(of_whom, how_many, lowest_work_order)
            while some := list(islice(of_client, _SOME)):
                ACTIVITY_SEARCH.copy(cursor, tracked.generation, some)
        ACTIVITY_SEARCH.create_left_out_key(cursor, tracked.generation)
        for statement in ACTIVITY_SEARCH.index_statements(tracked.generation):
            cursor.execute(statement)
        # Beyond the log's end it would be of what a restored log had lost.
        end = log_rows.end(cursor).position
        generations.filled(cursor, tracked, end)
        if not generations.switch(cursor, structs.replace(tracked, position=end)):
            raise SystemExit("The filled generation did not become the one that is read.")


def client_rows(
    client_id: UUID, rows: int, lowest_work_order: int = LOWEST_WORK_ORDER
) -> Iterator[Row]:
    """Yield so many rows of a client, in no order."""
    draw = Random(7)
    now = datetime.now(UTC)
    for number in draw.sample(range(rows), rows):
        age = YEARS * (1 - number / rows)
        yield _row(draw, client_id, lowest_work_order, number, now - age, age)


def _row(
    draw: Random, client_id: UUID, lowest: int, number: int, called: datetime, age: timedelta
) -> Row:
    status = _status(draw, age)
    scheduled = called + timedelta(hours=draw.expovariate(1 / 100))
    reported = called + age * draw.random() * draw.random()
    words = draw.choices(WORDS, cum_weights=_FREQUENT_FIRST, k=_WORDS_OF_EACH)
    activity_id = number + 1 if draw.random() < 0.6 else None
    return (
        uuid4(), client_id, lowest + number, number + 1, reported, reported,
        None if draw.random() < 0.03 else scheduled, 4, activity_id, draw.randrange(LOCATIONS),
        lowest + number // 2 if draw.random() < 0.02 else None,
        str(number), f"PO-{number // 3}", status, draw.choice(EXTENDED[status]) or None,
        TRADES[min(int(draw.expovariate(0.2)), len(TRADES) - 1)], draw.choice(PRIORITIES),
        "A store", scheduled.isoformat(), " ".join(dict.fromkeys(words)),
    )  # fmt: skip


def _status(draw: Random, age: timedelta) -> str:
    # Some are forgotten: open after years.
    if age < timedelta(days=60) or draw.random() < 0.03:
        return draw.choice(["OPEN", "OPEN", "IN PROGRESS", "COMPLETED"])
    return draw.choice(["COMPLETED", "INVOICED", "INVOICED"])
