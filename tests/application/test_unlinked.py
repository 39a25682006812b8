"""Work orders that nobody follows are listed with what is known of them."""

from uuid import UUID, uuid4

import pytest

from application.activities import Activities
from application.journal_writer import JournalWriter
from application.projections import PROJECTIONS
from application.unlinked import UnlinkedList
from domain.activity import OpenActivity
from domain.client import Client
from domain.work_order import as_document
from infrastructure.clock import now
from infrastructure.database import Database
from infrastructure.links import PostgresLinks
from infrastructure.unlinked_work_orders import PostgresUnlinkedWorkOrders
from tests.application.read_side import ReadSide
from tests.commands import opening, reporting


@pytest.fixture
def client(client_id: UUID) -> Client:
    return Client(client_id=client_id, name="Harbour")


@pytest.fixture
def unlinked(database: Database) -> UnlinkedList:
    return UnlinkedList(PostgresUnlinkedWorkOrders(database))


def body(number: int, **members: str) -> bytes:
    told = ",".join(f'"{name}":"{value}"' for name, value in members.items())
    return f'{{"Object":{{"Id":{number}{"," + told if told else ""}}}}}'.encode()


def ids(unlinked: UnlinkedList, client: Client, limit: int = 50) -> list[int]:
    return [one.work_order_id for one in unlinked.newest(client, limit)[0]]


def test_the_last_reported_comes_first_with_what_is_known_of_it(
    unlinked: UnlinkedList, client: Client, writer: JournalWriter, read_side: ReadSide
) -> None:
    for number in (1, 2, 3):
        writer.write([reporting(client.id, number, body(number, Trade="DOORS"))])
    writer.write([reporting(client.id, 2, body(2, Description="It does not close."))])
    writer.write([reporting(uuid4(), 4, body(4))])
    read_side.catch_up()
    found, more = unlinked.newest(client, 50)
    assert [one.work_order_id for one in found] == [2, 3, 1]
    assert not more
    state = as_document(found[0].known.work_order)
    assert (state["Trade"], state["Description"]) == ("DOORS", "It does not close.")


def test_what_is_followed_is_not_listed_and_what_was_released_is_again(
    unlinked: UnlinkedList,
    client: Client,
    writer: JournalWriter,
    read_side: ReadSide,
    database: Database,
) -> None:
    activities = Activities(writer, PostgresLinks(database), now)
    writer.write([reporting(client.id, 1, body(1)), reporting(client.id, 2, body(2))])
    writer.write([opening(client.id, 3, 8)])
    activities.open(client, 1, OpenActivity(7), "operator")
    read_side.catch_up()
    assert ids(unlinked, client) == [2]
    activities.release(client, 7, None, "operator")
    activities.release(client, 8, None, "operator")
    read_side.catch_up()
    assert ids(unlinked, client) == [2, 1], "nobody ever reported the third"


def test_there_are_no_more_than_asked_for_and_it_is_said_that_there_are_more(
    unlinked: UnlinkedList, client: Client, writer: JournalWriter, read_side: ReadSide
) -> None:
    writer.write([reporting(client.id, number, body(number)) for number in (1, 2, 3)])
    read_side.catch_up()
    assert ids(unlinked, client, 2) == [3, 2]
    assert [unlinked.newest(client, limit)[1] for limit in (2, 3)] == [True, False]


def test_one_that_was_opened_since_the_search_looked_is_not_listed(
    unlinked: UnlinkedList, client: Client, writer: JournalWriter, read_side: ReadSide
) -> None:
    writer.write([reporting(client.id, number, body(number)) for number in (1, 2)])
    read_side.catch_up()
    writer.write([opening(client.id, 1)])
    read_side.catch_up([it for it in PROJECTIONS if it.name == "current_activities"])
    assert ids(unlinked, client) == [2]


def test_one_of_which_only_the_search_knows_is_listed_without_its_state(
    unlinked: UnlinkedList, client: Client, writer: JournalWriter, read_side: ReadSide
) -> None:
    writer.write([reporting(client.id, 1, body(1, Trade="DOORS"))])
    read_side.catch_up([it for it in PROJECTIONS if it.name == "activity_search"])
    [[one], _] = unlinked.newest(client, 50)
    assert (one.work_order_id, one.known.work_order.facts) == (1, {})
