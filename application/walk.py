"""From a page of the log to moments: every event with what was known before and after it."""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import islice
from typing import Final, TypeAlias, get_args
from uuid import UUID

import msgspec
from msgspec import Struct

from application.known_states import unpack
from application.projection import Projection
from application.read_model_ports import EventSource, LogItem, Opening, UnreadableEvent
from domain.activity import ActivityEvent, ActivityOpened
from domain.client import ClientEvent
from domain.history import Known, Moment, follow
from domain.log_epochs import LogRestored
from domain.quarantine import QuarantineEvent
from domain.record import Event, RecordedEvent
from domain.some_facts import Wanted

_ACTIVITY: Final = frozenset(get_args(ActivityEvent))
_FAMILIES: Final = (
    _ACTIVITY,
    frozenset(get_args(QuarantineEvent)),
    frozenset(get_args(ClientEvent)),
    frozenset({LogRestored}),
)
_NOTHING: Final = Known()

_MOST_STATES: Final = 4_096
_MOST_FACTS: Final = 500
"""Remembered of one stream; longer ones are read again when their next event comes."""


class Stuck(Struct, frozen=True):
    """A stream that cannot be folded past an event; `kind` is unknown where its name is."""

    stream_id: UUID
    position: int
    kind: type[Event] | None
    problem: str

    def concerns(self, projection: Projection) -> bool:
        """Say whether a projection takes anything of such a stream."""
        return self.kind is None or not family(self.kind).isdisjoint(projection.takes)


def family(kind: type[Event]) -> frozenset[type[Event]]:
    """Return the kinds of events that stand on streams with this one."""
    return next(family for family in _FAMILIES if kind in family)


Walked: TypeAlias = tuple[list[Moment], list[Stuck]]


class Walk:
    """Folds the log's activities along; remembers the states of streams that were lately seen.

    Whoever wants only some facts must not have kept states, which hold all of them, at its source.
    """

    def __init__(
        self,
        source: EventSource,
        most_states: int = _MOST_STATES,
        wanted: Wanted | None = None,
    ) -> None:
        self._source = source
        self._wanted = wanted
        self._most_states = most_states
        self._recent: OrderedDict[UUID, Known] = OrderedDict()

    def moments(self, items: Sequence[LogItem], passing_by: Collection[UUID] = ()) -> Walked:
        """Return a moment for each event of the other streams, up to what cannot be folded."""
        wanted = (
            [item for item in items if item.originator_id not in passing_by]
            if passing_by
            else items
        )
        known = self._known(_first_versions(wanted))
        openings = self._opened_on(wanted)
        moments: list[Moment] = []
        stuck: dict[UUID, Stuck] = {}
        for item in wanted:
            if stuck and item.originator_id in stuck:
                continue
            try:
                moment = _fold(known, item, openings, self._wanted)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is this stream's alone
                stuck[item.originator_id] = _stuck(item, error)
            else:
                moments.append(moment)
        self._remember(known)
        return moments, list(stuck.values())

    def forget(self) -> None:
        """Forget every state: what they were worked out from may not have been committed."""
        self._recent.clear()

    def _known(self, firsts: Mapping[UUID, int]) -> dict[UUID, Known]:
        known: dict[UUID, Known] = {}
        missing: dict[UUID, int] = {}
        for stream_id, first in firsts.items():
            recent = self._recent.get(stream_id)
            if first == 1:
                known[stream_id] = _NOTHING
            elif recent is not None and recent.version == first - 1:
                known[stream_id] = recent
            else:
                missing[stream_id] = first
        if missing:
            known |= self._kept(missing)
            known |= self._folded({s: first for s, first in missing.items() if s not in known})
        return known

    def _kept(self, missing: Mapping[UUID, int]) -> dict[UUID, Known]:
        states = self._source.states(list(missing))
        return {
            stream_id: state
            for stream_id, kept in states.items()
            if kept.version == missing[stream_id] - 1 and (state := _unpacked(kept.state))
        }

    def _folded(self, missing: Mapping[UUID, int]) -> dict[UUID, Known]:
        if not missing:
            return {}
        beginnings = list(self._source.beginnings(missing))
        openings = self._opened_on(beginnings)
        known = dict.fromkeys(missing, _NOTHING)
        for item in beginnings:
            # Of a stream with such an event the state stays behind, and its next event is stuck.
            if not isinstance(item, UnreadableEvent):
                _fold(known, item, openings, self._wanted)
        return known

    def _opened_on(self, items: Iterable[LogItem]) -> Mapping[int, int]:
        openings = [
            Opening(item.client_id, item.event.activity_id, item.position)
            for item in items
            if isinstance(item, RecordedEvent) and isinstance(item.event, ActivityOpened)
        ]
        return self._source.opened_on(openings) if openings else {}

    def _remember(self, known: Mapping[UUID, Known]) -> None:
        # Those before the last so many would only be forgotten again.
        for stream_id, state in islice(known.items(), max(0, len(known) - self._most_states), None):
            self._recent.pop(stream_id, None)
            if len(state.work_order.facts) <= _MOST_FACTS:
                self._recent[stream_id] = state
        while len(self._recent) > self._most_states:
            self._recent.popitem(last=False)


def _first_versions(items: Iterable[LogItem]) -> dict[UUID, int]:
    firsts: dict[UUID, int] = {}
    for item in items:
        if isinstance(item, RecordedEvent) and type(item.event) in _ACTIVITY:
            firsts.setdefault(item.originator_id, item.originator_version)
    return firsts


class _OutOfTurnError(Exception):
    """An event does not come right behind the state of its stream."""


def _fold(
    known: dict[UUID, Known],
    item: LogItem,
    openings: Mapping[int, int],
    wanted: Wanted | None,
) -> Moment:
    if isinstance(item, UnreadableEvent):
        raise TypeError(item.problem)
    if type(item.event) not in _ACTIVITY:
        return Moment(item, late=False, before=_NOTHING, after=_NOTHING)
    before = known[item.originator_id]
    if before.version != item.originator_version - 1:
        raise _OutOfTurnError
    moment = follow(before, item, opened_on=openings.get(item.position), wanted=wanted)
    known[item.originator_id] = moment.after
    return moment


def _stuck(item: LogItem, error: Exception) -> Stuck:
    if isinstance(item, UnreadableEvent):
        return Stuck(item.originator_id, item.position, item.kind, item.problem)
    kind = type(item.event)
    if isinstance(error, _OutOfTurnError):
        problem = "An earlier event of the stream cannot be folded."
    else:
        # The error's own words might quote what the sender said.
        problem = f"{kind.__name__} cannot be folded ({type(error).__name__})."
    return Stuck(item.originator_id, item.position, kind, problem)


def _unpacked(state: bytes) -> Known | None:
    try:
        return unpack(state)
    except msgspec.MsgspecError:
        return None
