"""Domain event <-> stored event, by permanent name.

A stored state is a MessagePack array of three parts: metadata, facts in clear, and content. The
content is a byte string of its own, so that it can be sealed under its stream's key while the rest
stays readable.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import (
    JSONTranscoder,
    Mapper,
    Notification,
    StoredEvent,
)
from msgspec import Struct
from msgspec.structs import asdict, astuple

from application.ports import UnreadableEventError
from domain.metadata import Metadata, SealedContent
from domain.record import Event, RecordedEvent
from infrastructure.stored_names import CONTENTS, STORED_NAMES

_NO_CONTENT: Final = b""

# What msgspec raises for broken MessagePack, for text that is not UTF-8 and for bottomless nesting.
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")


@dataclass(frozen=True)
class LogRow(StoredEvent):
    """A stored event with the columns of the log that its state does not hold."""

    originator_id: UUID
    client_id: UUID
    event_id: UUID
    arrived_at: datetime
    data_key_id: UUID | None


class NewRow(Struct, frozen=True):
    """What a `LogRow` holds; the library's own kind takes ten times as long to make."""

    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    client_id: UUID
    event_id: UUID
    arrived_at: datetime
    data_key_id: UUID | None


@dataclass(frozen=True)
class ReadRow(Notification):
    """A row as it was read; `id` is its position."""

    originator_id: UUID
    client_id: UUID
    event_id: UUID
    arrived_at: datetime
    recorded_at: datetime
    data_key_id: UUID | None


class _Shape:
    """How the events of one class are taken apart for the row and put together again."""

    def __init__(self, event_class: type[Event]) -> None:
        self.event_class: Callable[..., Event] = event_class
        content_class = CONTENTS.get(event_class)
        self.content_decoder = (
            None if content_class is None else msgspec.msgpack.Decoder(content_class)
        )
        fields = [f for f in msgspec.structs.fields(event_class) if f.name != "content"]
        self.names = tuple(field.name for field in fields)
        every = [field.name for field in msgspec.structs.fields(event_class)]
        self.content_at = every.index("content") if "content" in every else len(every)
        facts = msgspec.defstruct(
            event_class.__name__ + "Facts",
            [(f.name, f.type, f.default) if not f.required else (f.name, f.type) for f in fields],
            omit_defaults=True,
            frozen=True,
        )
        self.facts_class: type[Any] = facts
        self.decoder = msgspec.msgpack.Decoder(tuple[Metadata, facts, bytes])  # type: ignore[valid-type]

    def facts(self, event: Event) -> Any:
        return self.facts_class(*[getattr(event, name) for name in self.names])

    def event(self, facts: Any, content: bytes, data_key_id: UUID | None) -> Event:
        values = astuple(facts)
        if self.content_decoder is None:
            return self.event_class(*values)
        told = (
            SealedContent(data_key_id, content)
            if data_key_id is not None
            else self.content_decoder.decode(content)
        )
        place = self.content_at
        return self.event_class(*values[:place], told, *values[place:])


_SHAPES: Final = {event_class: _Shape(event_class) for event_class in STORED_NAMES}
_SHAPES_BY_NAME: Final = {name: _SHAPES[event_class] for event_class, name in STORED_NAMES.items()}


class EventMapper(Mapper[UUID]):
    """Maps recorded events to rows of the log and back; both directions are ours."""

    def __init__(self) -> None:
        super().__init__(transcoder=JSONTranscoder())

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> LogRow:
        """Return the row of a `RecordedEvent`."""
        if not isinstance(domain_event, RecordedEvent):
            raise TypeError(f"{type(domain_event).__name__} is not a recorded event")
        return LogRow(**asdict(self.new_row(domain_event)))

    def new_row(self, recorded: RecordedEvent) -> NewRow:
        """Return what is to be written of a recorded event."""
        event = recorded.event
        content = getattr(event, "content", None)
        state = _encoder.encode(
            (recorded.metadata, _SHAPES[type(event)].facts(event), _content_bytes(content))
        )
        return NewRow(
            originator_id=recorded.originator_id,
            originator_version=recorded.originator_version,
            topic=STORED_NAMES[type(event)],
            state=state,
            client_id=recorded.client_id,
            event_id=recorded.event_id,
            arrived_at=recorded.arrived_at,
            data_key_id=content.data_key_id if isinstance(content, SealedContent) else None,
        )

    def to_domain_event(self, stored_event: StoredEvent) -> RecordedEvent:
        """Return the recorded event of a row. Raises `UnreadableEventError`."""
        if not isinstance(stored_event, ReadRow):
            raise TypeError(f"{type(stored_event).__name__} is not a row of the log")
        return self.recorded(
            stored_event.originator_id,
            stored_event.originator_version,
            stored_event.topic,
            stored_event.state,
            stored_event.id,
            stored_event.client_id,
            stored_event.event_id,
            stored_event.arrived_at,
            stored_event.recorded_at,
            stored_event.data_key_id,
        )

    def recorded(
        self,
        stream_id: UUID,
        version: int,
        name: str,
        state: bytes,
        position: int,
        client_id: UUID,
        event_id: UUID,
        arrived_at: datetime,
        recorded_at: datetime,
        data_key_id: UUID | None,
    ) -> RecordedEvent:
        """Return the recorded event of a row's columns. Raises `UnreadableEventError`."""
        shape = _SHAPES_BY_NAME.get(name)
        if shape is None:
            problem = f"No event is known under the name {name}."
            raise UnreadableEventError(position, stream_id, problem)
        try:
            metadata, facts, content = shape.decoder.decode(state)
            event = shape.event(facts, content, data_key_id)
        except _UNREADABLE as error:
            # Its own words might quote what is stored, and so would whoever tells of its cause.
            problem = f"{name} cannot be decoded ({type(error).__name__})."
            raise UnreadableEventError(position, stream_id, problem) from None
        return RecordedEvent(
            stream_id,
            version,
            client_id,
            event_id,
            arrived_at,
            metadata,
            event,
            recorded_at,
            position,
        )


def _content_bytes(content: msgspec.Struct | None) -> bytes:
    if content is None:
        return _NO_CONTENT
    if isinstance(content, SealedContent):
        return content.ciphertext
    return _encoder.encode(content)
