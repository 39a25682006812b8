"""Two accounts that report to one client, and what they lose while nobody listens."""

import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from interfaces.simulator.accounts import Account
from interfaces.simulator.sender import REDELIVERIES
from tests.callers import Caller
from tests.interfaces.held_play import HeldPlay
from tests.interfaces.told_play import OPTIONS, OURS, SENDERS, WORK_ORDERS
from tests.running import Service

LOST: Final = max(20, WORK_ORDERS // 12)
"""How many deliveries each account loses, or more."""


class TwoAccounts:
    """The subscriber's account and a provider's at a client of the service."""

    def __init__(self, service: Service, caller: Caller, folder: Path) -> None:
        self._service = service
        self._path = caller.path
        client = str(caller.keys.client_id)
        issued = service.json("clients", "keys", "add", client, "--sender", "provider")
        self._keys = {
            Account.SUBSCRIBER: caller.query,
            Account.PROVIDER: {
                "accessKey": issued["AccessKey"],
                "signingKey": issued["SigningKey"],
            },
        }
        self._client = client
        self._truth = {account: str(folder / f"{account.value}.truth") for account in Account}
        service.json("clients", "providers", client, str(OURS))

    @contextmanager
    def playing(self) -> Iterator[HeldPlay]:
        """Let both report; what nobody takes is given up at once."""
        told = self._service.beside(
            *("simulate", self._address(Account.SUBSCRIBER)),
            *("--provider-url", self._address(Account.PROVIDER)),
            *OPTIONS,
            *("--redelivery-after", "0", "--ledger", "-", "--json"),
            *("--truth", self._truth[Account.SUBSCRIBER]),
            *("--provider-truth", self._truth[Account.PROVIDER]),
            told=True,
        )
        with told as process:
            play = HeldPlay(process)
            try:
                yield play
            finally:
                process.kill()
                play.end()

    def lose(self, play: HeldPlay) -> None:
        """Stand in for the service that is down until each account has lost enough.

        The play stands still before and afterwards.
        """
        in_vain: Counter[Account | None] = Counter()
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", self._service.port))
            door.listen()
            door.settimeout(30)
            play.wake()
            while any(in_vain[account] < LOST * (1 + REDELIVERIES) for account in Account):
                with door.accept()[0] as attempt:
                    attempt.settimeout(30)
                    in_vain[self._who(attempt.recv(4_096).decode(errors="replace"))] += 1
            play.stand_still()

    def asked(self, account: Account) -> tuple[str, ...]:
        """Return what `reports import` is to be given of what an account says when it is asked."""
        return self._client, self._truth[account], "--sender", SENDERS[account]

    def _address(self, account: Account) -> str:
        return f"{self._service.url}{self._path}?{urlencode(self._keys[account])}"

    def _who(self, request: str) -> Account | None:
        told = (
            account
            for account, keys in self._keys.items()
            if urlencode({"accessKey": keys["accessKey"]}) in request
        )
        return next(told, None)
