"""Two senders who report to one client, what they lose while nobody listens, and their truth."""

import os
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from domain.document import JsonValue
from domain.notification import Path as FactPath
from interfaces.simulator.company import company
from interfaces.simulator.dates import instant
from interfaces.simulator.schedule import Plan
from interfaces.simulator.sender import REDELIVERIES
from tests.callers import Caller
from tests.interfaces.cut_off import CutOff, cut_off
from tests.interfaces.simulator.truth import told_of
from tests.running import Service

WORK_ORDERS: Final = int(os.environ.get("WORKTRAIL_TEST_WORK_ORDERS", "500"))
"""That each of them plays, with some twenty deliveries of each."""

LINKS: Final = 2_000
SEEDS: Final = {"default": 1, "provider": 2}
"""The senders, each with the seed of its play."""

LOST: Final = max(75, WORK_ORDERS // 2)
"""About how many deliveries each sender loses."""

_START: Final = (datetime.now(UTC) - timedelta(days=60)).replace(microsecond=0)
"""When both plays begin, so long ago that all of them is past."""

_DUPLICATES, _LATE = 0.1, 0.05

State = dict[FactPath, JsonValue]
States = dict[int, State]


def links() -> dict[int, int]:
    """Return the activity of each work order that has one: nine in ten of either sender's."""
    half = LINKS // 2
    linked = [number for number in range(2 * half) if number % 10 != 9][:half]
    return {
        company(seed).first_work_order_id + number: place * half + at
        for place, seed in enumerate(SEEDS.values())
        for at, number in enumerate(linked, start=1)
    }


class TwoSenders:
    """Their accounts at a client of the service, and their files."""

    def __init__(self, service: Service, caller: Caller, folder: Path) -> None:
        self._service = service
        self._folder = folder
        client = str(caller.keys.client_id)
        issued = service.json("clients", "keys", "add", client, "--sender", "provider")
        self._keys = {
            "default": caller.query,
            "provider": {"accessKey": issued["AccessKey"], "signingKey": issued["SigningKey"]},
        }
        self._path = caller.path
        self._before: dict[str, bytes] = {}

    @contextmanager
    def playing(self, sender: str) -> Iterator[subprocess.Popen[bytes]]:
        """Let a sender play; what nobody takes is given up at once."""
        address = f"{self._service.url}{self._path}?{urlencode(self._keys[sender])}"
        with self._service.beside(
            "simulate", address, "--seed", str(SEEDS[sender]), "--work-orders", str(WORK_ORDERS),
            "--duplicates", str(_DUPLICATES), "--late", str(_LATE),
            "--start", f"{_START:%Y-%m-%dT%H:%M:%S}", "--redelivery-after", "0",
            "--truth", self.truth_file(sender), "--ledger", str(self.ledger(sender)),
        ) as play:  # fmt: skip
            yield play

    def lose(self) -> None:
        """Stand in for the service that is down until each sender has lost enough."""
        self._before = {sender: self.ledger(sender).read_bytes() for sender in SEEDS}
        in_vain: Counter[str] = Counter()
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", self._service.port))
            door.listen()
            door.settimeout(30)
            while any(in_vain[sender] < LOST * (1 + REDELIVERIES) for sender in SEEDS):
                with door.accept()[0] as attempt:
                    attempt.settimeout(30)
                    in_vain[self._who(attempt.recv(4_096).decode(errors="replace"))] += 1

    def lost(self, sender: str) -> CutOff:
        """Return what a sender lost, by its own plan and ledger."""
        plan = Plan(SEEDS[sender], WORK_ORDERS, instant(_START), _DUPLICATES, _LATE)
        return cut_off(plan, self._before[sender], self.ledger(sender).read_bytes())

    def truth_file(self, sender: str) -> str:
        """Return the file of what a sender says when it is asked."""
        return str(self._folder / f"{sender}.truth")

    def truth(self) -> States:
        """Return the state in which the senders have each work order."""
        lines = [
            line
            for sender in SEEDS
            for line in Path(self.truth_file(sender)).read_bytes().splitlines()
        ]
        return dict(map(told_of, lines))

    def ledger(self, sender: str) -> Path:
        """Return the file of what was acknowledged to a sender."""
        return self._folder / f"{sender}.ledger"

    def acknowledged(self) -> list[int]:
        """Return how many deliveries were acknowledged to each."""
        files = map(self.ledger, SEEDS)
        return [len(it.read_bytes().splitlines()) if it.exists() else 0 for it in files]

    def _who(self, request: str) -> str:
        told = (
            sender
            for sender, keys in self._keys.items()
            if urlencode({"accessKey": keys["accessKey"]}) in request
        )
        return next(told, "")
