"""A process tells again and again that it serves, so that its silence tells when nobody did."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from application.outage_ports import RunStore
from domain.runs import Run

_LONGEST_BREAK: Final = timedelta(minutes=2)
"""A process that did not come to itself for so long was stopped, or its machine was."""


class SignsOfLife:
    """The runs of this process that are not on record as they are known."""

    def __init__(
        self, store: RunStore, new_id: Callable[[], UUID], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._new_id = new_id
        self._now = now
        self._runs: list[Run] = []
        self._lock = Lock()

    def give(self) -> None:
        """Put on record that this process serves.

        What cannot be recorded is kept for the next time: a process that waits for the database
        was there all the same. Raises `StorageUnavailableError`.
        """
        with self._lock:
            self._note()
            try:
                self._store.save(self._runs)
            finally:
                # It may have waited long for the database.
                self._note()
            self._runs = self._runs[-1:]

    def stop(self) -> None:
        """Put on record that it serves no longer. Raises `StorageUnavailableError`."""
        with self._lock:
            self._note()
            self._runs[-1] = replace(self._runs[-1], stopped=True)
            self._store.save(self._runs)

    def _note(self) -> None:
        moment = self._now()
        if not self._runs or moment - self._runs[-1].alive_at > _LONGEST_BREAK:
            self._runs.append(Run(self._new_id(), moment, moment))
        else:
            last = self._runs[-1]
            self._runs[-1] = replace(last, alive_at=max(moment, last.alive_at))
