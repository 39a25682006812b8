"""A program that asks the API, with a token of its own."""

import json
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import Any

import httpx

from domain.credentials import Role
from tests.callers import Caller
from tests.running import Service
from tests.waiting import until


class Asking:
    """Asks for one client's activities, work orders and events."""

    def __init__(self, caller: Caller, role: Role = "integrator") -> None:
        self.caller = caller
        issued = caller.adapters.tokens.issue(
            role, caller.keys.client_id, timedelta(days=1), "tests"
        )
        self.token = issued
        self.headers = {"Authorization": f"Bearer {issued.token}"}
        self.root = f"{caller.service.url}/v1/Clients/{caller.keys.client_id}"

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Ask for something below the client."""
        headers = {**self.headers, **options.pop("headers", {})}
        return httpx.get(f"{self.root}{path}", headers=headers, timeout=20, **options)

    def post(self, path: str, body: object = None, **options: Any) -> httpx.Response:
        """Have something done below the client."""
        url = f"{self.root}{path}"
        return httpx.post(url, headers=self.headers, json=body, **{"timeout": 50, **options})

    def report(self, work_order_id: int, event: str = "WorkOrderUpdated", **members: Any) -> None:
        """Have the sender report a work order."""
        told = {"Object": {"Id": work_order_id, **members}, "EventType": event}
        answer = self.caller.post(json.dumps(told))
        assert answer.status_code == 200

    def catch_up(self, seconds: float = 20) -> None:
        """Wait until the read models have all that the log has now."""
        with self.caller.adapters.database.connection() as connection:
            row = connection.execute("SELECT max(position) FROM event_log").fetchone()
        assert row is not None

        def is_there() -> bool:
            told = httpx.get(f"{self.caller.service.url}/health/projections").json()
            return all(status["Position"] >= row[0] for status in told)

        until(is_there, seconds)

    @contextmanager
    def following(self, path: str = "/Events", **options: Any) -> Generator[Iterator[Any]]:
        """Follow the feed without an end; lends its messages, each a dictionary."""
        headers = {**self.headers, "Accept": "text/event-stream", **options.pop("headers", {})}
        with httpx.stream(
            "GET", f"{self.root}{path}", headers=headers, timeout=20, **options
        ) as answer:
            assert answer.status_code == 200, answer.read()
            assert answer.headers["content-type"].startswith("text/event-stream")
            yield messages(answer.iter_lines())


def ids(asking: Asking, path: str = "/WorkOrders", **asked: Any) -> list[int]:
    """Return the ids of the work orders that a search finds, in order."""
    answer = asking.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    [found] = [rows for rows in answer.json().values() if isinstance(rows, list)]
    return [row["WorkOrderId"] for row in found]


def messages(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """Return the blocks of a stream of server-sent events, comments under an empty name."""
    block: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            block[name] = value.removeprefix(" ")
        elif block:
            yield block
            block = {}


@contextmanager
def asking_of(service: Service) -> Generator[Asking]:
    """Lend a program that asks for a client of its own."""
    with closing(Caller(service)) as caller:
        yield Asking(caller)
