"""Programs that follow a client's change feed, whatever becomes of the line and of the service."""

import json
import time
from threading import Event
from typing import Any, Final

import httpx

from tests.interfaces.api.asking import Asking, messages

_PAUSE_SECONDS: Final = 0.05


class Follower:
    """Follows without an end from the beginning, comes back as a browser does, keeps every item."""

    def __init__(self, asking: Asking, line_seconds: float) -> None:
        self._asking = asking
        self._line_seconds = line_seconds
        self._last: str | None = None
        self.items: list[dict[str, Any]] = []
        self.lines = 0
        self.seconds = 0.0

    @property
    def positions(self) -> list[int]:
        """The positions of the items, as they came."""
        return [item["Position"] for item in self.items]

    def run(self, stopping: Event) -> None:
        """Follow until told to stop."""
        began = time.monotonic()
        while not stopping.is_set():
            try:
                self._follow(stopping)
            except httpx.TransportError:
                stopping.wait(_PAUSE_SECONDS)
            self.seconds = time.monotonic() - began

    def _follow(self, stopping: Event) -> None:
        headers = {**self._asking.headers, "Accept": "text/event-stream"}
        if self._last is not None:
            headers["Last-Event-ID"] = self._last
        cut_at = time.monotonic() + self._line_seconds
        url = f"{self._asking.root}/Events"
        with httpx.stream("GET", url, headers=headers, timeout=self._line_seconds) as answer:
            if _is_to_come_back(answer):
                return
            self.lines += 1
            for message in messages(answer.iter_lines()):
                self._last = message["id"]
                if "data" in message:
                    self.items.append(json.loads(message["data"]))
                if time.monotonic() > cut_at or stopping.is_set():
                    return


class PageFollower:
    """Asks for page after page from the beginning, and keeps every item."""

    def __init__(self, asking: Asking, limit: int) -> None:
        self._asking = asking
        self._limit = limit
        self._after = 0
        self.items: list[dict[str, Any]] = []
        self.failures = 0

    @property
    def positions(self) -> list[int]:
        """The positions of the items, as they came."""
        return [item["Position"] for item in self.items]

    def run(self, stopping: Event) -> None:
        """Follow until told to stop."""
        while not stopping.is_set():
            try:
                told = self._ask()
            except httpx.TransportError:
                self.failures += 1
                told = 0
            if told == 0:
                stopping.wait(_PAUSE_SECONDS)

    def _ask(self) -> int:
        asked = {"after": self._after, "limit": self._limit}
        answer = self._asking.get("/Events", params=asked)
        if _is_to_come_back(answer):
            return 0
        page = answer.json()
        self.items += page["Events"]
        self._after = page["Next"]
        return len(page["Events"])


def _is_to_come_back(answer: httpx.Response) -> bool:
    if answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return True
    answer.raise_for_status()
    return False
