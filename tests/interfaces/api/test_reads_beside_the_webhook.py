"""Reads that cannot be answered now, and deliveries that do not wait for them."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.callers import Caller
from tests.interfaces.api.asking import Asking


@pytest.fixture
def asking(caller: Caller) -> Asking:
    return Asking(caller)


@contextmanager
def held(caller: Caller, table: str) -> Generator[None]:
    """Keep everybody from a table for the length of a block."""
    connection = caller.adapters.database.connect()
    with connection, connection.transaction():
        connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        connection.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


def test_deliveries_are_answered_while_no_read_is(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    asking.catch_up()
    # Every read of a read model looks at its pointer first.
    with ThreadPoolExecutor(20) as pool, held(asking.caller, "projection_pointers"):
        refused = [pool.submit(asking.get, "/WorkOrders?status=OPEN") for _ in range(20)]
        for number in range(20):
            asking.report(8, Trade=f"TRADE {number}")
        assert not all(answer.done() for answer in refused)
        answers = [answer.result() for answer in refused]
    assert {answer.status_code for answer in answers} == {503}
    assert {answer.headers["retry-after"] for answer in answers} == {"5"}
    assert answers[0].json() == {"Message": "This could not be read in time: please ask again."}
    assert asking.get("/WorkOrders?status=OPEN").status_code == 200


@pytest.fixture
def outdated(caller: Caller) -> Generator[None]:
    """Read models as another release makes them, for the length of a test."""

    def turn_shapes() -> None:
        with caller.adapters.database.connection() as connection:
            connection.execute("UPDATE projection_generations SET shape = -shape")

    turn_shapes()
    yield
    turn_shapes()


@pytest.mark.usefixtures("outdated")
def test_of_another_releases_read_models_only_what_the_log_tells_is_told(asking: Asking) -> None:
    asking.report(7, Trade="DOORS")
    assert asking.get("/WorkOrders/7").json()["State"]["Trade"] == "DOORS"
    for path in ("/WorkOrders", "/Activities", "/Events"):
        answer = asking.get(path)
        assert answer.status_code == 503
        assert "has yet to be rebuilt" in answer.json()["Message"]
    assert asking.get("/WorkOrders/7").json()["State"]["RecalledBy"] is None
