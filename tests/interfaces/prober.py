"""A program that searches without a pause for what it knows to be there."""

from threading import Event
from typing import Any, Final

import httpx

from tests.interfaces.api.asking import Asking

_TRADE: Final = "KNOWN TO THE PROBER"
_WORD: Final = "unmistakable"
_FIRST: Final = 1_000_000_000
_LINES: Final = httpx.Limits(max_keepalive_connections=1)

_SEARCHES: Final[tuple[dict[str, str], ...]] = (
    {"trade": _TRADE},
    {"text": _WORD},
    {"trade": _TRADE, "status": "OPEN", "limit": "7"},
    {"recordedAfter": "2020-01-01T00:00:00Z", "trade": _TRADE},
)


class Prober:
    """Has some work orders reported, and finds all of them with every search, always."""

    def __init__(self, asking: Asking, work_orders: int) -> None:
        self._asking = asking
        self._ids = list(range(_FIRST, _FIRST + work_orders))
        for number in self._ids:
            asking.report(
                number, Trade=_TRADE, Description=f"An {_WORD} pump", Status={"Primary": "OPEN"}
            )
        self.walks = 0
        self.wrong: list[str] = []

    def run(self, stopping: Event) -> None:
        """Search until told to stop."""
        with httpx.Client(headers=self._asking.headers, limits=_LINES, timeout=20) as client:
            while not stopping.is_set():
                for asked in _SEARCHES:
                    self._walk(client, asked)
                self._look_at_one(client)
                self.walks += 1

    def _walk(self, client: httpx.Client, asked: dict[str, str]) -> None:
        found: list[int] = []
        cursor: dict[str, str] = {}
        while True:
            page = self._answer(client, "/WorkOrders", {**asked, **cursor})
            if page is None:
                return
            found += [row["WorkOrderId"] for row in page["WorkOrders"]]
            if page["Next"] is None:
                break
            cursor = {"cursor": page["Next"]}
        if sorted(found) != self._ids:
            self.wrong.append(f"{asked}: {len(found)} of {len(self._ids)}")

    def _look_at_one(self, client: httpx.Client) -> None:
        one = self._answer(client, f"/WorkOrders/{self._ids[self.walks % len(self._ids)]}", {})
        if one is not None and one["State"]["Trade"] != _TRADE:
            self.wrong.append(f"{one['WorkOrderId']}: {one['State']}")

    def _answer(
        self, client: httpx.Client, path: str, asked: dict[str, str]
    ) -> dict[str, Any] | None:
        answer = client.get(f"{self._asking.root}{path}", params=asked)
        if answer.status_code != httpx.codes.OK:
            self.wrong.append(f"{asked}: {answer.status_code} {answer.text}")
            return None
        document: dict[str, Any] = answer.json()
        return document
