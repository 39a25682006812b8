"""Counting what leaves no event of its own, per client and minute.

That is refused attempts, pings, and deliveries that were turned away.

Refused attempts are counted by the source they came from as well, pings by their sender.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final, TypeAlias
from uuid import UUID

from application.clients import Clients
from domain.client import AttemptsRefused, PingsSeen
from domain.turned_away import DeliveriesTurnedAway

Counted: TypeAlias = AttemptsRefused | PingsSeen | DeliveriesTurnedAway
Kind: TypeAlias = type[AttemptsRefused] | type[PingsSeen] | type[DeliveriesTurnedAway]

MOST_COUNTS: Final = 500
"""Kept at a time; beyond it, the sources of refused attempts are counted together."""

_SILENCE: Final = timedelta(minutes=10)
"""Whoever pings more often is told of once a minute."""


class Traffic:
    """The counts of this process since they were last put on record.

    `news` is set where they are to be put there at once: a sender pings that did not for a while,
    and somebody may be looking.
    """

    def __init__(self, clients: Clients, now: Callable[[], datetime]) -> None:
        self.news = asyncio.Event()
        self._clients = clients
        self._now = now
        self._counts: Counter[tuple[UUID, Kind, datetime, str]] = Counter()
        self._pinged: dict[tuple[UUID, str], datetime] = {}
        self._lock = Lock()
        self._recording = Lock()

    def count(self, client_id: UUID, kind: Kind, source: str = "") -> None:
        """Count one in the present minute, and apart from others if it came from a source.

        That is the address of a refused attempt, and the sender of a ping. Only so many addresses
        have a count of their own: whoever has a thousand does not write a thousand events a minute.
        """
        minute = self._now().replace(second=0, microsecond=0)
        with self._lock:
            known = (client_id, kind, minute, source) in self._counts
            if kind is AttemptsRefused and not known and len(self._counts) >= MOST_COUNTS:
                source = ""
            self._counts[client_id, kind, minute, source] += 1
        if kind is PingsSeen:
            before = self._pinged.get((client_id, source))
            self._pinged[client_id, source] = minute
            if before is None or minute - before > _SILENCE:
                self.news.set()

    def put_on_record(self) -> None:
        """Record and forget the counts; what cannot be recorded is kept for the next time.

        Raises `StorageUnavailableError`.
        """
        with self._recording:
            with self._lock:
                counts = list(self._counts.items())
            for (client_id, kind, minute, source), count in counts:
                sender = (source or None) if kind is PingsSeen else None
                self._clients.count(client_id, _counted(kind, minute, count, source), sender)
                with self._lock:
                    self._counts[client_id, kind, minute, source] -= count
                    self._counts += Counter()


def _counted(kind: Kind, minute: datetime, count: int, source: str) -> Counted:
    if kind is AttemptsRefused:
        return AttemptsRefused(minute, count, source)
    return kind(minute, count)
