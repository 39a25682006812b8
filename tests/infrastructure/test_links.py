"""Every period in which an activity id followed a work order is kept."""

from uuid import UUID, uuid4

import psycopg
import pytest

from application.journal_ports import LinkChange
from application.ports import Link
from infrastructure import links
from infrastructure.database import Database
from infrastructure.links import PostgresLinks

CLIENT = UUID("0192f0c1-0000-7000-8000-00000000000a")
OTHER = UUID("0192f0c1-0000-7000-8000-00000000000b")


def opened(activity: int, work_order: int, position: int, client: UUID = CLIENT) -> LinkChange:
    return LinkChange(client, activity, work_order, position, opened=True)


def released(activity: int, work_order: int, position: int, client: UUID = CLIENT) -> LinkChange:
    return LinkChange(client, activity, work_order, position, opened=False)


def save(database: Database, *changes: LinkChange) -> None:
    with database.connection() as connection, connection.cursor() as cursor:
        for statement, parameters in links.saving(changes):
            statement.execute(cursor, *parameters)


def periods(database: Database, activity: int) -> list[tuple[int, int, int | None]]:
    return [
        (link.work_order_id, link.from_position, link.to_position)
        for link in PostgresLinks(database).of_activity(CLIENT, activity)
    ]


MOVES = [
    opened(5, 100, 1),
    released(5, 100, 4),
    opened(5, 200, 5),
    released(5, 200, 9),
    opened(5, 300, 10),
]
KEPT = [(100, 1, 4), (200, 5, 9), (300, 10, None)]


@pytest.mark.parametrize("first", range(len(MOVES) + 1))
def test_an_id_that_moves_leaves_every_period_whatever_the_batches(
    database: Database, first: int
) -> None:
    for batch in (MOVES[:first], MOVES[first:]):
        if batch:
            save(database, *batch)
    assert periods(database, 5) == KEPT


def test_an_id_that_moves_in_a_batch_each_leaves_every_period(database: Database) -> None:
    for change in MOVES:
        save(database, change)
    assert periods(database, 5) == KEPT


def test_an_id_may_come_back_to_its_work_order(database: Database) -> None:
    save(database, opened(5, 100, 1))
    save(database, released(5, 100, 2), opened(5, 100, 3), released(5, 100, 4))
    assert periods(database, 5) == [(100, 1, 2), (100, 3, 4)]


def test_clients_and_ids_do_not_mix(database: Database) -> None:
    save(database, opened(5, 100, 1), opened(5, 100, 2, OTHER), opened(6, 200, 3))
    save(database, released(5, 100, 4))
    assert periods(database, 5) == [(100, 1, 4)]
    assert periods(database, 6) == [(200, 3, None)]
    assert PostgresLinks(database).of_activity(OTHER, 5) == [Link(OTHER, 5, 100, 2, None)]


def test_an_id_cannot_be_open_twice(database: Database) -> None:
    save(database, opened(5, 100, 1))
    with pytest.raises(psycopg.errors.UniqueViolation):
        save(database, opened(5, 200, 2))
    assert periods(database, 5) == [(100, 1, None)]


def test_the_highest_id_ever_opened_counts_also_when_it_was_released(database: Database) -> None:
    save(database, opened(900, 100, 1), opened(20, 200, 2), opened(3, 100, 3, OTHER))
    save(database, released(900, 100, 4))
    with database.connection() as connection, connection.cursor() as cursor:
        assert links.highest_ids(cursor, [CLIENT, OTHER, uuid4()]) == {CLIENT: 900, OTHER: 3}


def test_only_an_open_id_has_a_holder(database: Database) -> None:
    save(database, opened(5, 100, 1), opened(6, 200, 2), opened(5, 300, 3, OTHER))
    save(database, released(5, 100, 4))
    with database.connection() as connection, connection.cursor() as cursor:
        wanted = [(CLIENT, 5), (CLIENT, 6), (OTHER, 5), (OTHER, 6)]
        assert links.holders(cursor, wanted) == {(CLIENT, 6): 200, (OTHER, 5): 300}


def test_open_links_come_by_id_in_pages(database: Database) -> None:
    numbers = [12, 3, 7, 40, 5]
    save(database, *(opened(number, number * 10, number) for number in numbers))
    save(database, released(7, 70, 100), opened(7, 71, 101), released(40, 400, 102))
    save(database, opened(1, 10, 200, OTHER))
    read = PostgresLinks(database).open_links
    assert [link.activity_id for link in read(CLIENT, 0, 2)] == [3, 5]
    assert read(CLIENT, 5, 2) == [Link(CLIENT, 7, 71, 101, None), Link(CLIENT, 12, 120, 12, None)]
    assert read(CLIENT, 12, 2) == []
