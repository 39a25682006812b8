"""A long list of activities over HTTP: a portion at a time, as far as a request has time."""

import asyncio
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest

from application.journal_writer import JournalStoppedError
from application.link_import import BATCH, LinkImport
from application.paced import PacedWriter
from application.tokens import Bearer
from infrastructure.clock import now
from infrastructure.event_log import EventLog
from interfaces.api.authorization import Authorized
from interfaces.api.lists import Lists, ListUnfinishedError, TooManyItemsHeldError
from interfaces.api.openings import ListedOpening
from tests.callers import Caller
from tests.interfaces.api.asking import Asking
from tests.proof import prove_whole
from tests.running import Service
from tests.waiting import until

ITEMS = 3_000


@pytest.fixture
def asking(waiting_caller: Caller) -> Asking:
    return Asking(waiting_caller)


def items(asked: int = ITEMS) -> list[dict[str, Any]]:
    return [{"WorkOrderId": number, "ActivityId": 10_000 + number} for number in range(1, asked)]


def post(asking: Asking, listed: list[dict[str, Any]]) -> httpx.Response:
    return asking.post("/Activities", listed)


def opened(caller: Caller) -> int:
    return caller.names().count("activity.opened.v1")


def batches(caller: Caller) -> list[int]:
    """Return how many events were committed together, batch by batch."""
    with caller.adapters.database.connection() as connection:
        rows = connection.execute(
            "SELECT count(*) FROM event_log WHERE client_id = %s AND name = 'activity.opened.v1'"
            " GROUP BY recorded_at ORDER BY recorded_at",
            (caller.keys.client_id,),
        )
        return [count for (count,) in rows]


def test_a_list_is_opened_some_hundred_at_a_time_with_each_items_reason(asking: Asking) -> None:
    listed = [{**it, "Reason": f"row {place}"} for place, it in enumerate(items(1_202))]
    answer = post(asking, listed)
    assert answer.status_code == 200, answer.text
    told = [(row["WorkOrderId"], row["ActivityId"]) for row in answer.json()]
    assert told == [(it["WorkOrderId"], it["ActivityId"]) for it in listed]
    assert batches(asking.caller) == [500, 500, 201]
    last = asking.caller.history(1_201).moments[-1].recorded
    assert getattr(last.event, "reason", None) == "row 1200"


def test_a_list_whose_line_was_cut_is_opened_by_sending_it_again(asking: Asking) -> None:
    def some_are_open() -> bool:
        return opened(asking.caller) > 0

    # Whoever sends it hears nothing of it: the line is cut as soon as something is on record.
    async def cut() -> None:
        async with httpx.AsyncClient(timeout=50) as client:
            url = f"{asking.root}/Activities"
            sending = asyncio.create_task(client.post(url, headers=asking.headers, json=items()))
            await asyncio.to_thread(until, some_are_open, 30)
            sending.cancel()

    asyncio.run(cut())
    answer = post(asking, items())
    assert answer.status_code == 200, answer.text
    assert [row["ActivityId"] for row in answer.json()] == [it["ActivityId"] for it in items()]
    until(lambda: opened(asking.caller) == len(items()))
    prove_whole(asking.caller.adapters.database)


def test_a_list_during_which_the_service_was_killed_is_opened_by_sending_it_again(
    schema_url: str, tmp_path: Path
) -> None:
    service = Service(schema_url, tmp_path).start()
    asking = Asking(Caller(service, "on-request"))
    with ThreadPoolExecutor(1) as sender:
        sending = sender.submit(post, asking, items())
        until(lambda: opened(asking.caller) > 0, 30)
        # Nothing more is written from here on, however late the kill comes.
        with EventLog(asking.caller.adapters.database).locked():
            service.kill()
        with pytest.raises(httpx.TransportError):
            sending.result()
    assert 0 < opened(asking.caller) < len(items())
    with service.running():
        answer = post(asking, items())
    assert answer.status_code == 200, answer.text
    assert [row["ActivityId"] for row in answer.json()] == [it["ActivityId"] for it in items()]
    assert opened(asking.caller) == len(items())
    prove_whole(asking.caller.adapters.database)
    asking.caller.close()


def test_webhooks_are_taken_while_a_list_is_opened(asking: Asking) -> None:
    async def both() -> httpx.Response:
        opening = asyncio.create_task(asyncio.to_thread(post, asking, items()))
        await asyncio.to_thread(until, lambda: opened(asking.caller) > 0, 30)
        await asyncio.to_thread(asking.report, 90_001, Trade="DOORS")
        return await opening

    assert asyncio.run(both()).status_code == 200
    names = asking.caller.names()
    assert "activity.opened.v1" in names[names.index("work-order.reported.v1") :]


def test_a_list_is_bounded(asking: Asking) -> None:
    answer = post(asking, [{"WorkOrderId": 1}] * 100_001)
    assert answer.status_code == 400
    assert "100000" in answer.text


@pytest.fixture
def stopping() -> Event:
    return Event()


@pytest.fixture
def hurried(waiting_caller: Caller, stopping: Event) -> Generator[Lists]:
    """Opens lists, and has time for a single portion of each."""
    writer = waiting_caller.adapters.writer(stopping)
    paced = PacedWriter(writer, lambda _: None)
    lists = Lists(
        LinkImport(paced, waiting_caller.adapters.link_checks, now), stopping, answer_seconds=0
    )
    yield lists
    lists.stop()
    writer.close()


def authorized(caller: Caller) -> Authorized:
    client = caller.adapters.clients.find(str(caller.keys.client_id))
    return Authorized(client, Bearer(caller.keys.client_id, "integrator", None))


def listed(asked: int) -> list[ListedOpening]:
    return [ListedOpening(work_order_id=number) for number in range(1, asked + 1)]


def test_what_is_not_done_in_the_time_of_a_request_is_done_by_the_next(
    hurried: Lists, waiting_caller: Caller
) -> None:
    asked = listed(2 * BATCH + 1)
    for done in (BATCH, 2 * BATCH):
        with pytest.raises(ListUnfinishedError, match=f"{done} of {len(asked)} items are done"):
            asyncio.run(hurried.open(authorized(waiting_caller), asked))
        assert opened(waiting_caller) == done
    told = asyncio.run(hurried.open(authorized(waiting_caller), asked))
    assert [it.activity_id for it in told] == list(range(1, len(asked) + 1))
    assert opened(waiting_caller) == len(asked)


def test_a_process_that_stops_begins_no_further_portion(
    hurried: Lists, waiting_caller: Caller, stopping: Event
) -> None:
    stopping.set()
    with pytest.raises(JournalStoppedError):
        asyncio.run(hurried.open(authorized(waiting_caller), listed(BATCH + 1)))
    assert opened(waiting_caller) == BATCH


def test_more_items_than_can_be_held_are_refused_before_anything_is_done(
    hurried: Lists, waiting_caller: Caller
) -> None:
    with pytest.raises(TooManyItemsHeldError):
        asyncio.run(hurried.open(authorized(waiting_caller), listed(1) * 200_001))
    assert asyncio.run(hurried.open(authorized(waiting_caller), listed(1)))
