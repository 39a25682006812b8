"""Counting what leaves no event of its own: refused attempts and pings, per client and minute."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import TypeAlias
from uuid import UUID

from application.clients import Clients
from domain.client import AttemptsRefused, PingsSeen

Kind: TypeAlias = type[AttemptsRefused] | type[PingsSeen]


class Traffic:
    """The counts of this process since they were last put on record."""

    def __init__(self, clients: Clients, now: Callable[[], datetime]) -> None:
        self._clients = clients
        self._now = now
        self._counts: Counter[tuple[UUID, Kind, datetime]] = Counter()
        self._lock = Lock()
        self._recording = Lock()

    def count(self, client_id: UUID, kind: Kind) -> None:
        """Count one in the present minute."""
        minute = self._now().replace(second=0, microsecond=0)
        with self._lock:
            self._counts[client_id, kind, minute] += 1

    def put_on_record(self) -> None:
        """Record and forget the counts; what cannot be recorded is kept for the next time.

        Raises `StorageUnavailableError`.
        """
        with self._recording:
            with self._lock:
                counts = list(self._counts.items())
            for (client_id, kind, minute), count in counts:
                self._clients.count(client_id, kind(minute, count))
                with self._lock:
                    self._counts[client_id, kind, minute] -= count
                    self._counts += Counter()
