"""The day after: down for an hour of the sender's time, and everything is known again.

Two senders report; while the service is down they give up what they cannot deliver. What they say
when they are asked brings every work order to the state in which its sender has it.
"""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from domain.document import JsonValue
from domain.notification import Path as FactPath
from infrastructure.database import Database
from interfaces.simulator.company import company
from tests.callers import Caller
from tests.interfaces.simulator.truth import known_of, told_of
from tests.proof import prove_whole
from tests.running import Service
from tests.waiting import until

WORK_ORDERS = int(os.environ.get("WORKTRAIL_TEST_WORK_ORDERS", "40"))
LINKS = 2_000
SENDERS = {"default": 1, "provider": 2}
"""The senders, each with the seed of its play."""

_PLAYED_BEFORE = 150
_GIVEN_UP = 120
_MOST_SECONDS = 240

States = dict[int, dict[FactPath, JsonValue]]


def test_an_outage_is_made_good_with_what_the_senders_say(
    schema_url: str, database: Database, tmp_path: Path
) -> None:
    service = Service(schema_url, tmp_path)
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
            until(lambda: _acknowledged(tmp_path) >= _PLAYED_BEFORE, seconds=120)
        _refuse(service.port, _GIVEN_UP)
        with service.running():
            assert [play.wait(_MOST_SECONDS) for play in playing] == [1, 1]
            _make_good(service, caller, tmp_path)
    prove_whole(database)
    caller.close()


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
    until(lambda: all(it["LagEvents"] == 0 for it in service.json("projections", "list")), 60)
    assert all(it["Equal"] for it in service.json("projections", "verify", "--all"))
    assert all(caller.history(number).activity_id is not None for number in true)


def _links(folder: Path) -> str:
    """A file that links activities to the first work orders of both senders."""
    half = LINKS // 2
    file = folder / "links.csv"
    rows = [
        f"{company(seed).first_work_order_id + number},{place * half + number + 1}"
        for place, seed in enumerate(SENDERS.values())
        for number in range(half)
    ]
    file.write_text("\n".join(["WorkOrderId,ActivityId", *rows, ""]), encoding="utf-8")
    return str(file)


@contextmanager
def _playing(
    service: Service, sender: str, address: str, folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with service.beside(
        "simulate", address, "--seed", str(SENDERS[sender]), "--work-orders", str(WORK_ORDERS),
        "--rate", "100", "--redelivery-after", "0", "--truth", str(folder / f"{sender}.truth"),
        "--ledger", str(folder / f"{sender}.ledger"),
    ) as play:  # fmt: skip
        yield play


def _acknowledged(folder: Path) -> int:
    ledgers = [folder / f"{sender}.ledger" for sender in SENDERS]
    return sum(len(file.read_bytes().splitlines()) for file in ledgers if file.exists())


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
    return known_of(caller.history(work_order_id).work_order)


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
