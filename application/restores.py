"""Putting on record that the log was put back from a backup."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from application.epoch_ports import Epoch, Epochs
from domain.client import Client
from domain.identity import INSTALLATION, LOG_STREAM
from domain.log_epochs import LogRestored
from domain.metadata import Metadata
from domain.record import RecordedEvent
from domain.restore import FoundLog, RecordRestore, restore


class Restored(Struct, frozen=True):
    """The epoch that the log is in, and whether it was only now recorded.

    `highest_ids` has the highest activity id that was known of each client.
    """

    epoch: Epoch
    is_new: bool
    highest_ids: Mapping[UUID, int]


class Restores:
    """What an operator does when the database was put back."""

    def __init__(self, epochs: Epochs, new_event_id: Callable[[], UUID]) -> None:
        self._epochs = epochs
        self._new_event_id = new_event_id

    def all(self) -> Sequence[Epoch]:
        """Return every restore on record, in order."""
        return self._epochs.all()

    def record(
        self,
        command: RecordRestore,
        clients: Sequence[Client],
        actor: str,
        *,
        dry_run: bool = False,
    ) -> Restored:
        """Begin an epoch, unless the latest one just began and says all of it.

        Raises `NothingLostError`, `EmptyLogError`, `TooFewIdsError` and `LogBusyError`.
        """
        with self._epochs.transaction() as transaction:
            found = _with_first_ids(transaction.look([client.id for client in clients]), clients)
            event = restore(found, command)
            if event is not None:
                recorded = self._recorded(event, actor, found.found_at)
                epoch = (
                    Epoch(event, found.last_recorded_at, found.found_at, actor)
                    if dry_run
                    else transaction.begin_epoch(recorded, event)
                )
                return Restored(epoch, True, found.highest_ids)
        return Restored(self._epochs.all()[-1], False, found.highest_ids)

    def _recorded(self, event: LogRestored, actor: str, moment: datetime) -> RecordedEvent:
        return RecordedEvent(
            originator_id=LOG_STREAM,
            # The log's first epoch began without an event.
            originator_version=event.epoch - 1,
            client_id=INSTALLATION,
            event_id=self._new_event_id(),
            arrived_at=moment,
            metadata=Metadata("command", actor=actor),
            event=event,
            position=event.first_position,
        )


def _with_first_ids(found: FoundLog, clients: Sequence[Client]) -> FoundLog:
    """Count the ids before a client's first one as given out."""
    highest = {
        client.id: max(found.highest_ids[client.id], client.first_activity_id - 1)
        for client in clients
    }
    return replace(found, highest_ids=highest)
