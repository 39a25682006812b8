"""Clients of the running service: made beside it, and calling it as senders do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import httpx

from app import Adapters
from application.clients import IssuedKeys
from application.histories import Histories, PointInTime
from domain.client import OpeningPolicy
from domain.history import History
from infrastructure.settings import read_settings
from tests.running import Service


class Caller:
    """One client of a running service, with its keys."""

    def __init__(self, service: Service, policy: OpeningPolicy = "on-first-report") -> None:
        self.service = service
        self.connect()
        self.keys: IssuedKeys = self.adapters.clients.add("Test", "tests", policy)
        self.path = f"/v1/Clients/{self.keys.client_id}/ServiceChannelWorkOrders"
        self.query = {
            "accessKey": self.keys.access_key,
            "signingKey": self.keys.signing_key or "",
        }

    def connect(self) -> None:
        """Connect to the service's database, anew where that is another one by now."""
        settings = read_settings(self.service.environment)
        self.adapters = Adapters(settings, settings.database_url or "")

    def close(self) -> None:
        """Give the connections back."""
        self.adapters.database.close()

    def post(
        self,
        body: bytes | str,
        content_type: str | None = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Deliver a body."""
        content = body.encode() if isinstance(body, str) else body
        typed = {"Content-Type": content_type} if content_type else {}
        return self.call("POST", content=content, headers={**typed, **(headers or {})})

    def call(self, method: str, path: str | None = None, **options: Any) -> httpx.Response:
        """Send any request to the service; without an Accept header unless one is given."""
        with httpx.Client(base_url=self.service.url, timeout=20) as client:
            del client.headers["accept"]
            return client.request(method, path or self.path, **{"params": self.query, **options})

    def history(self, work_order_id: int, as_of: datetime | None = None) -> History:
        """Return what is on record of a work order, or was at a time."""
        histories = Histories(self.adapters.aggregates, self.adapters.links)
        return histories.of_work_order(self.keys.client_id, work_order_id, PointInTime(as_of))

    def names(self) -> list[str]:
        """Return the stored names of all the client's events, in order."""
        with self.adapters.database.connection() as connection:
            rows = connection.execute(
                "SELECT name FROM event_log WHERE client_id = %s ORDER BY position",
                (self.keys.client_id,),
            )
            return [name for (name,) in rows]
