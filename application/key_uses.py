"""When each pair of keys was last used: remembered, and put on record now and then."""

import asyncio
from datetime import datetime, timedelta
from threading import Lock
from typing import Final
from uuid import UUID

from application.ports import KeyUseStore

_MOST_BEHIND: Final = timedelta(minutes=2)
"""A pair in use is on record at least this often, so that idle ones are told from it."""


class KeyUses:
    """The last uses in this process, and those that it put on record.

    `news` is set where they are to be put there at once: a pair was used of which the record may
    say that nobody uses it.
    """

    def __init__(self, store: KeyUseStore) -> None:
        self.news = asyncio.Event()
        self._store = store
        self._uses: dict[UUID, datetime] = {}
        self._recorded: dict[UUID, datetime] = {}
        self._recording = Lock()

    def used(self, key_id: UUID, moment: datetime) -> None:
        """Remember that the pair opened the door at this moment."""
        self._uses[key_id] = moment
        recorded = self._recorded.get(key_id)
        if recorded is None or moment - recorded > _MOST_BEHIND:
            self.news.set()

    def put_on_record(self) -> None:
        """Record the uses; what cannot be recorded is kept for the next time.

        Raises `StorageUnavailableError`.
        """
        with self._recording:
            last = self._uses.copy()  # pairs are used meanwhile
            uses = {it: moment for it, moment in last.items() if moment != self._recorded.get(it)}
            if uses:
                self._store.save(uses)
            self._recorded |= uses
