"""A play that goes no further than it may, however fast the machine is."""

import json
import math
import signal
import subprocess
from threading import Condition, Thread
from typing import Any

from interfaces.simulator.accounts import Account

_END_SECONDS = 300


class HeldPlay:
    """A simulator at work. It prints its ledger, and rests while nobody reads what it prints.

    By what the pipe between holds, some hundred lines, it may be ahead.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.ledger: list[dict[str, Any]] = []
        self._process = process
        self._may = Condition()
        self._as_far_as: float = 0
        self._reader = Thread(target=self._read)
        self._reader.start()

    def go_on(self, acknowledged: float = math.inf) -> None:
        """Let it go on until so many deliveries are acknowledged, or to its end."""
        with self._may:
            self._as_far_as = acknowledged
            self._may.notify()

    def stand_still(self) -> None:
        """Stop it where it is, in the middle of what it sends."""
        self._process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it run again after it stood still."""
        self._process.send_signal(signal.SIGCONT)

    def end(self) -> int:
        """Let it go on, wait for its end and return its exit code."""
        self.go_on()
        code = self._process.wait(_END_SECONDS)
        self._reader.join()
        return code

    def digests(self, account: Account) -> frozenset[str]:
        """Return the digests of the bodies that were acknowledged to an account."""
        return frozenset(it["Digest"] for it in self.ledger if it["Account"] == account.value)

    def _read(self) -> None:
        printed = self._process.stdout
        assert printed is not None
        while True:
            with self._may:
                self._may.wait_for(lambda: len(self.ledger) < self._as_far_as)
            line = printed.readline()
            if not line:
                return
            told = json.loads(line)
            # The summary comes last.
            if "Digest" in told:
                self.ledger.append(told)
