"""The library's application, for the aggregates that the journal does not write."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import ApplicationRecorder, IntegrityError, Mapper
from eventsourcing.utils import Environment, EnvType

from domain.metadata import Metadata
from domain.record import Event, RecordedEvent

State = TypeVar("State")

_ATTEMPTS: Final = 50
"""Each attempt in vain is somebody else's success, so many may be due while many write at once."""


class Aggregates(Application[UUID]):
    """Reads every stream by version, and writes clients and quarantined deliveries."""

    def __init__(
        self,
        recorder: ApplicationRecorder,
        mapper: Mapper[UUID],
        new_event_id: Callable[[], UUID],
        now: Callable[[], datetime],
    ) -> None:
        self._given_recorder = recorder
        self._given_mapper = mapper
        self._new_event_id = new_event_id
        self._now = now
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:
        """Take no setting from the process's environment: all of them are arguments here."""
        return Environment(name, dict(env or {}))

    def construct_recorder(self) -> ApplicationRecorder:
        """Use the given event log."""
        return self._given_recorder

    def construct_mapper(self) -> Mapper[UUID]:
        """Use the given mapper."""
        return self._given_mapper

    def read(
        self, stream_id: UUID, project: Callable[[Iterable[RecordedEvent]], State]
    ) -> State | None:
        """Fold a stream's events; `None` where it has none."""

        def projector(_: object, events: Iterable[RecordedEvent]) -> State | None:
            known = list(events)
            return project(known) if known else None

        try:
            found = self.repository.get(stream_id, projector_func=cast("Any", projector))
        except AggregateNotFoundError:
            return None
        return cast("State", found)

    def recorded(
        self,
        stream_id: UUID,
        *,
        after: int | None = None,
        upto: int | None = None,
        newest_first: bool = False,
        most: int | None = None,
    ) -> Iterator[RecordedEvent]:
        """Return a stream's events behind a version and up to another, at most so many."""
        for event in self.events.get(stream_id, gt=after, lte=upto, desc=newest_first, limit=most):
            if isinstance(event, RecordedEvent):
                yield event

    def end(self) -> int:
        """Return the log's last position, 0 where there is none."""
        return self.recorder.max_notification_id() or 0

    def at(self, position: int) -> RecordedEvent:
        """Return the event at this position of the log. Raises `LookupError`."""
        for row in self.recorder.select_notifications(position, 1, position):
            recorded = self.mapper.to_domain_event(row)
            if isinstance(recorded, RecordedEvent):
                return recorded
        raise LookupError(f"There is no event at position {position}.")

    def change(
        self,
        client_id: UUID,
        stream_id: UUID,
        project: Callable[[Iterable[RecordedEvent]], State],
        decide: Callable[[State], Sequence[Event]],
        metadata: Metadata,
        arrived_at: datetime | None = None,
    ) -> list[Event]:
        """Decide on a stream's present state and record the events; return them.

        Decides anew where somebody else was faster. Raises what the decision raises.
        """
        attempts = 0
        while True:
            attempts += 1
            known = list(self.recorded(stream_id))
            version = known[-1].originator_version if known else 0
            events = list(decide(project(known)))
            recorded = [
                RecordedEvent(
                    originator_id=stream_id,
                    originator_version=number,
                    client_id=client_id,
                    event_id=self._new_event_id(),
                    arrived_at=arrived_at or self._now(),
                    metadata=metadata,
                    event=event,
                )
                for number, event in enumerate(events, start=version + 1)
            ]
            try:
                self.save(*recorded)
            except IntegrityError:
                if attempts == _ATTEMPTS:
                    raise
            else:
                return events
