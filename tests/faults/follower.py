"""Somebody who follows the log throughout, from the last position on after every break."""

from threading import Event, Thread
from typing import Final
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Subscription

from application.ports import StorageUnavailableError
from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.mapper import ReadRow

_PAUSE_SECONDS: Final = 0.05


class Follower:
    """Notes each position it sees, with the event's id, in the order in which they come."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self._log = EventLog(self._database)
        self._stopping = Event()
        self._thread = Thread(target=self._run, daemon=True)
        self._subscription: Subscription[ApplicationRecorder] | None = None
        self.seen: list[tuple[int, UUID]] = []
        self.breaks = 0
        self.error: Exception | None = None

    def start(self) -> None:
        """Begin at the first position."""
        self._thread.start()

    @property
    def position(self) -> int:
        """The last position seen."""
        return self.seen[-1][0] if self.seen else 0

    def stop(self) -> None:
        """Follow no longer."""
        self._stopping.set()
        if self._subscription is not None:
            self._subscription.stop()
        if self._thread.is_alive():
            self._thread.join(10)
        self._database.close()

    def _run(self) -> None:
        while not self._stopping.wait(_PAUSE_SECONDS):
            try:
                self._follow()
            except StorageUnavailableError:
                self.breaks += 1
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told at the end
                self.error = error

    def _follow(self) -> None:
        with self._log.subscribe(gt=self.position) as subscription:
            self._subscription = subscription
            if self._stopping.is_set():
                return
            for row in subscription:
                assert isinstance(row, ReadRow)
                self.seen.append((row.id, row.event_id))
