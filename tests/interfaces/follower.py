"""A program that follows a client's change feed, on a line that is cut again and again."""

import json
import time
from threading import Event
from typing import Any

import httpx

from tests.interfaces.api.asking import Asking, messages


class Follower:
    """Follows from the beginning, and keeps every item."""

    def __init__(self, asking: Asking, line_seconds: float) -> None:
        self._asking = asking
        self._line_seconds = line_seconds
        self._last: str | None = None
        self.items: list[dict[str, Any]] = []
        self.lines = 0

    @property
    def positions(self) -> list[int]:
        """The positions of the items, as they came."""
        return [item["Position"] for item in self.items]

    def run(self, stopping: Event) -> None:
        """Follow until told to stop."""
        while not stopping.is_set():
            try:
                self._follow(stopping)
            except httpx.TransportError:
                continue

    def _follow(self, stopping: Event) -> None:
        headers = {**self._asking.headers, "Accept": "text/event-stream"}
        if self._last is not None:
            headers["Last-Event-ID"] = self._last
        cut_at = time.monotonic() + self._line_seconds
        url = f"{self._asking.root}/Events"
        with httpx.stream("GET", url, headers=headers, timeout=self._line_seconds) as answer:
            self.lines += 1
            for message in messages(answer.iter_lines()):
                self._last = message["id"]
                if "data" in message:
                    self.items.append(json.loads(message["data"]))
                if time.monotonic() > cut_at or stopping.is_set():
                    return
