"""When each pair of keys was last used: remembered, and put on record now and then."""

from datetime import datetime
from threading import Lock
from uuid import UUID

from application.ports import KeyUseStore


class KeyUses:
    """The uses of this process since they were last put on record."""

    def __init__(self, store: KeyUseStore) -> None:
        self._store = store
        self._uses: dict[UUID, datetime] = {}
        self._recording = Lock()

    def used(self, key_id: UUID, moment: datetime) -> None:
        """Remember that the pair opened the door at this moment."""
        self._uses[key_id] = moment

    def put_on_record(self) -> None:
        """Record the uses; what cannot be recorded is kept for the next time.

        Raises `StorageUnavailableError`.
        """
        with self._recording:
            uses = dict(self._uses)
            if uses:
                self._store.save(uses)
            for key_id, moment in uses.items():
                if self._uses[key_id] == moment:
                    del self._uses[key_id]
