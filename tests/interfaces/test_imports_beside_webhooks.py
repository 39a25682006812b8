"""Activities are imported in every way while webhooks arrive: none of these is refused or lost."""

import asyncio
import csv
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Final, TypeAlias
from urllib.parse import urlencode

import pytest

from tests.bench.endings import Ending
from tests.bench.open_loop import Order, Sender
from tests.bench.phases import Phase
from tests.callers import Caller
from tests.commands import reporting
from tests.interfaces.api.asking import Asking
from tests.proof import deliveries_on_record, prove_whole
from tests.waiting import until

Links: TypeAlias = dict[int, int]
"""The activity of each work order."""

LINKS: Final[Links] = {number: 10_000 + number for number in range(1, 3_001)}
RATE: Final = 200
MOST_SECONDS: Final = 60
BEFORE: Final = 20


def from_file(asking: Asking, folder: Path, named_by: str = "WorkOrderId", form: str = "{}") -> int:
    file = folder / "links.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        lines = [(form.format(number), activity) for number, activity in LINKS.items()]
        csv.writer(opened).writerows([(named_by, "ActivityId"), *lines])
    client_id = str(asking.caller.keys.client_id)
    done: int = asking.caller.service.json("activities", "import", client_id, str(file))["Opened"]
    return done


def from_file_by_number(asking: Asking, folder: Path) -> int:
    return from_file(asking, folder, "Number", "N-{}")


def as_list(asking: Asking, _: Path) -> int:
    listed = [{"WorkOrderId": number, "ActivityId": id_} for number, id_ in LINKS.items()]
    answer = asking.post("/Activities", listed)
    assert answer.status_code == 200, answer.text
    return sum("Message" not in row for row in answer.json())


def report_all(caller: Caller) -> None:
    """Have every work order on record, with its number."""
    writer = caller.adapters.writer(Event())
    client_id = caller.keys.client_id
    told = {number: b'{"Object":{"Id":%d,"Number":"N-%d"}}' % (number, number) for number in LINKS}
    writer.write([reporting(client_id, number, body) for number, body in told.items()])
    writer.close()


@pytest.mark.parametrize("imported", [from_file, from_file_by_number, as_list])
def test_every_webhook_is_taken_and_on_record_while_activities_are_imported(
    waiting_caller: Caller, tmp_path: Path, imported: Callable[[Asking, Path], int]
) -> None:
    caller, asking = waiting_caller, Asking(waiting_caller)
    report_all(caller)
    asking.catch_up()
    url = f"{caller.service.url}{caller.path}?{urlencode(caller.query)}"
    sender = Sender(Order(url, [Phase(RATE, MOST_SECONDS)]))
    with ThreadPoolExecutor(1) as beside:
        sending = beside.submit(lambda: asyncio.run(sender.run()))
        until(lambda: caller.names().count("work-order.reported.v1") >= len(LINKS) + BEFORE)
        try:
            assert imported(asking, tmp_path) == len(LINKS)
        finally:
            sender.stop()
        account = sending.result(MOST_SECONDS)
    [outcome] = account.outcomes
    assert {ending: told.number for ending, told in outcome.endings.items()} == {
        Ending.ACKNOWLEDGED: outcome.sent
    }
    recorded = deliveries_on_record(prove_whole(caller.adapters.database))
    times = Counter(
        recorded[digest.hex(), is_repeat]
        for digest in account.acknowledged
        for is_repeat in (False, True)
    )
    assert times == {1: outcome.sent, 0: outcome.sent}  # no repeat of any
    found = caller.adapters.links.open_links(caller.keys.client_id, 0, len(LINKS) + 1)
    assert {it.work_order_id: it.activity_id for it in found} == LINKS
    names = caller.names()
    first = names.index("activity.opened.v1")
    assert "work-order.reported.v1" in names[first : names.index("activity.opened.v1", first + 500)]
