"""The gaps in a client's record: when something may have been lost, and what to ask for again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias
from uuid import UUID

from msgspec import Struct

from application.aggregates import Aggregates
from application.epoch_ports import Epoch, Epochs
from application.known_states import unpack
from application.outage_ports import OutageRecord, RunsOnRecord, Tell
from domain.client import AttemptsRefused, Client
from domain.gaps import Gap, downs, merged, refusals, restored, silent, turned_away
from domain.identity import client_stream
from domain.note_holes import NoteHole, note_holes
from domain.open_then import open_after
from domain.record import RecordedEvent
from domain.rhythm import LEARNED_FROM, Minute, Span, learn, silences
from domain.runs import downtimes
from domain.turned_away import DeliveriesTurnedAway

TellPhase: TypeAlias = Callable[[str, int, int], object]
"""Hears what is done, how much of it, and of how much."""

_PAGE: Final = 1_000
_EXPLAINING: Final = frozenset({"down", "unavailable", "restored"})
"""The kinds of gaps in which nobody could have been heard, or nobody is remembered."""


class ToldGap(Struct, frozen=True):
    """A gap, and the work orders that were open before it ended, as far as was known then."""

    gap: Gap
    open_work_orders: Sequence[int]


class Gaps(Struct, frozen=True):
    """What was found between two times.

    `recorded_since` is when starts and stops began to be recorded, `unknown_rhythms` names the
    senders of whom too little is known for their silence to mean anything. `note_holes` has the
    work order of each. `lag_events` counts the events of the log that were not known of yet.
    """

    begin: datetime
    end: datetime
    recorded_since: datetime | None
    gaps: Sequence[ToldGap]
    unknown_rhythms: Sequence[str]
    note_holes: Sequence[tuple[int, NoteHole]]
    lag_events: int

    @property
    def fetch_again(self) -> list[int]:
        """The work orders of which something may be missing, in order."""
        told = (it.open_work_orders for it in self.gaps if not it.gap.is_likely_redelivered)
        return sorted({work_order_id for ids in told for work_order_id in ids})


class GapFinder:
    """Looks at our own record of ourselves, and at the senders'."""

    def __init__(self, aggregates: Aggregates, record: OutageRecord, epochs: Epochs) -> None:
        self._aggregates = aggregates
        self._epochs = epochs
        self._runs = record.runs
        self._log_times = record.log_times
        self._delivery_times = record.delivery_times
        self._statuses = record.statuses
        self._states = record.states

    def find(self, client: Client, begin: datetime, end: datetime, tell: TellPhase) -> Gaps:
        """Return a client's gaps between two times, none of them from before there was one.

        Raises `OutdatedReadModelError` and `StorageUnavailableError`.
        """
        begin = max(begin, min((pair.issued_at for pair in client.keys), default=begin))
        runs = self._runs.since(begin - LEARNED_FROM)
        epochs = self._epochs.all()
        own = [
            *_own(runs, epochs, begin - LEARNED_FROM, end),
            *self._counted(client.id, begin - LEARNED_FROM, end),
        ]
        after = self._position_at(begin - LEARNED_FROM)
        position, minutes = self._delivery_times.minutes(client.id, after, _of("deliveries", tell))
        last = self._aggregates.end()
        senders = self._silent(minutes, own, begin, self._told_upto(position, last, end))
        gaps = [*(gap for gap in own if gap.end > begin), *senders]
        return Gaps(
            begin=begin,
            end=end,
            recorded_since=runs.recorded_since,
            gaps=self._with_open_work_orders(client.id, gaps, tell),
            unknown_rhythms=_unknown(client, minutes, end),
            note_holes=list(self._note_holes(client.id, begin, end, _of("notes", tell))),
            lag_events=_events_between(position, last, epochs),
        )

    def _counted(self, client_id: UUID, begin: datetime, end: datetime) -> list[Gap]:
        refused: list[AttemptsRefused] = []
        away: list[DeliveriesTurnedAway] = []
        for recorded in self._newest_first(client_stream(client_id), begin):
            match recorded.event:
                case AttemptsRefused() as event if begin <= event.minute < end:
                    refused.append(event)
                case DeliveriesTurnedAway() as event if begin <= event.minute < end:
                    away.append(event)
                case _:
                    pass
        return [*turned_away(away), *refusals(refused, end)]

    def _newest_first(self, stream_id: UUID, begin: datetime) -> Iterator[RecordedEvent]:
        """Return a stream's events that were recorded since, page by page."""
        upto: int | None = None
        while True:
            page = list(
                self._aggregates.recorded(stream_id, upto=upto, newest_first=True, most=_PAGE)
            )
            for recorded in page:
                if _is_older(recorded, begin):
                    return
                yield recorded
                upto = recorded.originator_version - 1
            if len(page) < _PAGE:
                return

    def _silent(
        self,
        minutes: Mapping[str, Sequence[Minute]],
        own: Sequence[Gap],
        begin: datetime,
        end: datetime,
    ) -> list[Gap]:
        explained = merged(gap.span for gap in own if gap.kind in _EXPLAINING)
        return [
            gap
            for sender in sorted(minutes)
            for gap in silent(sender, silences(minutes[sender], begin, end, explained))
        ]

    def _told_upto(self, position: int, last: int, end: datetime) -> datetime:
        """Return up to when the absence of deliveries says that there were none."""
        if position >= last:
            return end
        reached = self._aggregates.at(position).recorded_at if position else None
        return end if reached is None else min(end, reached)

    def _with_open_work_orders(
        self, client_id: UUID, gaps: Sequence[Gap], tell: TellPhase
    ) -> list[ToldGap]:
        if not gaps:
            return []
        positions = self._log_times.positions_at({gap.end for gap in gaps})
        upto, open_now = self._statuses.open_now(client_id)
        steps = self._statuses.steps_back(
            client_id, upto, min(positions.values()), _of("statuses", tell)
        )
        found = dict(open_after(open_now, steps, positions.values()))
        return [
            ToldGap(gap, sorted(found[positions[gap.end]]))
            for gap in sorted(gaps, key=lambda gap: (gap.begin, gap.end))
        ]

    def _note_holes(
        self, client_id: UUID, begin: datetime, end: datetime, tell: Tell
    ) -> Iterator[tuple[int, NoteHole]]:
        for work_order_id, state in self._states.since(client_id, begin, tell):
            facts = unpack(state).work_order.facts
            told = ((path, fact.value, fact.order[0]) for path, fact in facts.items())
            for hole in note_holes(told):
                if hole.before >= begin and hole.after < end:
                    yield work_order_id, hole

    def _position_at(self, moment: datetime) -> int:
        return self._log_times.positions_at([moment])[moment]


def _own(
    runs: RunsOnRecord, epochs: Sequence[Epoch], begin: datetime, end: datetime
) -> Iterator[Gap]:
    """Return the gaps that all clients share, for they share the log and whoever serves."""
    lost = [(epoch.restored, _lost(epoch)) for epoch in epochs]
    yield from downs(downtimes(runs.runs, begin, end, [span for _, span in lost]))
    for event, span in lost:
        if span.begin < end and span.end > begin:
            yield restored(event, span, end)


def _lost(epoch: Epoch) -> Span:
    """Return the time of which the log remembers nothing; a backup without events had no client."""
    return Span(epoch.last_recorded_at or epoch.restored_at, epoch.restored_at)


def _events_between(position: int, last: int, epochs: Sequence[Epoch]) -> int:
    lost = sum(it.restored.lost for it in epochs if it.restored.first_position > position)
    return max(0, last - position - lost)


def _is_older(recorded: RecordedEvent, begin: datetime) -> bool:
    return recorded.recorded_at is not None and recorded.recorded_at < begin


def _unknown(client: Client, minutes: Mapping[str, Sequence[Minute]], end: datetime) -> list[str]:
    return sorted(
        sender
        for sender in client.senders | minutes.keys()
        if learn(minutes.get(sender, ()), end, ()) is None
    )


def _of(phase: str, tell: TellPhase) -> Tell:
    return lambda done, total: tell(phase, done, total)
