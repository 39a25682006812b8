"""The day after: down for an hour, and everything is known again.

Two senders report; while the service is down they give up what they cannot deliver. What they say
when they are asked brings every work order to the state in which its sender has it.
"""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from domain.document import JsonValue
from domain.errors import UnknownWorkOrderError
from domain.notification import Path as FactPath
from domain.open_then import is_closed
from infrastructure.database import Database
from interfaces.simulator.company import company
from interfaces.simulator.dates import instant
from interfaces.simulator.schedule import Plan
from interfaces.simulator.sender import REDELIVERIES
from tests.callers import Caller
from tests.clocks import PROGRAM, Clocks
from tests.interfaces.cut_off import cut_off
from tests.interfaces.simulator.truth import known_of, told_of
from tests.proof import prove_whole
from tests.running import Service
from tests.waiting import until

WORK_ORDERS = int(os.environ.get("WORKTRAIL_TEST_WORK_ORDERS", "200"))
LINKS = 2_000
SENDERS = {"default": 1, "provider": 2}
"""The senders, each with the seed of its play."""

_HOUR = timedelta(hours=1)
_START = (datetime.now(UTC) - timedelta(days=60)).replace(microsecond=0)
"""When both plays begin, so long ago that all of them is past."""

_PLAYED_BEFORE = 300
_LOST = max(75, WORK_ORDERS // 2)
"""About how many deliveries each sender has acknowledged before, and loses then."""

_RATE, _DUPLICATES, _LATE = 400, 0.1, 0.05
_MOST_SECONDS = 240

States = dict[int, dict[FactPath, JsonValue]]


def test_an_outage_is_made_good_with_what_the_senders_say(
    schema_url: str, database: Database, tmp_path: Path
) -> None:
    """The service is down for an hour of its own time and for more than one of each sender's.

    The senders' clocks run fast: they lose an hour and more within a second, and are held up then
    until the service is back. Its clock and its database's are an hour late until the outage, so
    that it finds itself gone for an hour. What is on record of that is all that `gaps` knows.
    """
    clocks = Clocks(schema_url, tmp_path)
    clocks.set(-_HOUR)
    service = Service(clocks.url, tmp_path, PROGRAM)
    service.environment |= clocks.environment
    with ExitStack() as plays:
        with service.running():
            caller = Caller(service, "on-request")
            client = str(caller.keys.client_id)
            linked = service.json("activities", "import", client, _links(tmp_path))
            assert linked["Opened"] == LINKS
            playing = [
                plays.enter_context(_playing(service, sender, address, tmp_path))
                for sender, address in _addresses(service, caller).items()
            ]
            until(lambda: min(_acknowledged(tmp_path)) >= _PLAYED_BEFORE, seconds=120)
        _refuse(service.port, len(SENDERS) * _LOST * (1 + REDELIVERIES))
        for play in playing:
            play.send_signal(signal.SIGSTOP)
        clocks.set(timedelta())
        with service.running():
            for play in playing:
                play.send_signal(signal.SIGCONT)
            assert [play.wait(_MOST_SECONDS) for play in playing] == [1, 1]
            _catch_up(service)
            _assert_gap_is_told(service, caller, tmp_path)
            _make_good(service, caller, tmp_path)
    prove_whole(database)
    caller.close()


def _assert_gap_is_told(service: Service, caller: Caller, folder: Path) -> None:
    """What the senders lost is to be fetched again, as far as that can be known.

    It cannot be known of work orders that were created meanwhile, unless an activity waited for
    them: they are asked for by their date. Of those that had been closed nothing is expected.
    """
    found = service.json("gaps", str(caller.keys.client_id))
    [down] = [gap for gap in found["Gaps"] if gap["Kind"] == "down"]
    begin, end = (datetime.fromisoformat(down[name]) for name in ("From", "Until"))
    assert (down["IsOver"], down["LikelyRedelivered"]) == (True, False)
    assert _HOUR < end - begin < 2 * _HOUR
    again = set(found["FetchAgain"])
    for sender, seed in SENDERS.items():
        plan = Plan(seed, WORK_ORDERS, instant(_START), _DUPLICATES, _LATE)
        lost = cut_off(plan, folder / f"{sender}.ledger")
        assert lost.lasted > _HOUR
        known = {it for it in lost.work_orders if it in lost.before or _is_linked(it)}
        assert lost.work_orders - known
        assert known & again
        assert all(_is_closed(caller, number, end) for number in known - again)


def _is_closed(caller: Caller, work_order_id: int, moment: datetime) -> bool:
    status = caller.history(work_order_id, moment).work_order.facts.get(("Status",))
    told = None if status is None else status.value
    return isinstance(told, dict) and is_closed(told.get("Primary"))


def _make_good(service: Service, caller: Caller, folder: Path) -> None:
    client = str(caller.keys.client_id)
    true = _truth(folder)
    behind = {number for number, state in true.items() if _state(caller, number) != state}
    assert behind
    for sender in SENDERS:
        arguments = (client, str(folder / f"{sender}.truth"), "--sender", sender)
        shown = service.json("reports", "import", *arguments, "--dry-run")
        told = service.json("reports", "import", *arguments)
        assert shown["ToRecord"] == told["Recorded"] > 0
        assert told["WorkOrders"] == WORK_ORDERS
        assert service.json("reports", "import", *arguments)["Recorded"] == 0
    assert {number: _state(caller, number) for number in true} == true
    _catch_up(service)
    assert all(it["Equal"] for it in service.json("projections", "verify", "--all"))
    linked = {number for number in true if caller.history(number).activity_id is not None}
    assert linked == set(filter(_is_linked, true))


def _catch_up(service: Service) -> None:
    until(lambda: all(it["LagEvents"] == 0 for it in service.json("projections", "list")), 60)


def _links(folder: Path) -> str:
    """A file that links activities to every other one of both senders' work orders."""
    half = LINKS // 2
    file = folder / "links.csv"
    rows = [
        f"{company(seed).first_work_order_id + 2 * number},{place * half + number + 1}"
        for place, seed in enumerate(SENDERS.values())
        for number in range(half)
    ]
    file.write_text("\n".join(["WorkOrderId,ActivityId", *rows, ""]), encoding="utf-8")
    return str(file)


def _is_linked(work_order_id: int) -> bool:
    # The ids of a sender's work orders begin with an even one.
    return work_order_id % 2 == 0


@contextmanager
def _playing(
    service: Service, sender: str, address: str, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with service.beside(
        "simulate", address, "--seed", str(SENDERS[sender]), "--work-orders", str(WORK_ORDERS),
        "--rate", str(_RATE), "--duplicates", str(_DUPLICATES), "--late", str(_LATE),
        "--start", f"{_START:%Y-%m-%dT%H:%M:%S}", "--redelivery-after", "0",
        "--truth", str(folder / f"{sender}.truth"), "--ledger", str(folder / f"{sender}.ledger"),
    ) as play:  # fmt: skip
        yield play


def _acknowledged(folder: Path) -> list[int]:
    ledgers = [folder / f"{sender}.ledger" for sender in SENDERS]
    return [len(file.read_bytes().splitlines()) if file.exists() else 0 for file in ledgers]


def _refuse(port: int, times: int) -> None:
    """Stand in for the service that is down until so many attempts were made in vain."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", port))
        door.listen()
        door.settimeout(30)
        for _ in range(times):
            door.accept()[0].close()


def _truth(folder: Path) -> States:
    lines = [
        line
        for sender in SENDERS
        for line in (folder / f"{sender}.truth").read_bytes().splitlines()
    ]
    return dict(told_of(line) for line in lines)


def _state(caller: Caller, work_order_id: int) -> dict[FactPath, JsonValue]:
    try:
        return known_of(caller.history(work_order_id).work_order)
    except UnknownWorkOrderError:
        return {}


def _addresses(service: Service, caller: Caller) -> dict[str, str]:
    client = str(caller.keys.client_id)
    issued = service.json("clients", "keys", "add", client, "--sender", "provider")
    keys = {
        "default": caller.query,
        "provider": {"accessKey": issued["AccessKey"], "signingKey": issued["SigningKey"]},
    }
    return {
        sender: f"{service.url}{caller.path}?"
        + "&".join(f"{name}={key}" for name, key in query.items())
        for sender, query in keys.items()
    }
