"""Times in which something of a client may not have reached us, from our own record."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from domain.client import AttemptsRefused
from domain.log_epochs import LogRestored
from domain.rhythm import Silence, Span
from domain.runs import Downtime
from domain.turned_away import DeliveriesTurnedAway

GapKind: TypeAlias = Literal["down", "unavailable", "refusing", "silent", "restored"]

NEVER_REDELIVERED: Final = frozenset[GapKind]({"silent", "restored"})
"""The kinds of gaps in which nothing was refused, so that nothing is delivered again."""

REDELIVERED_WITHIN: Final = timedelta(minutes=15)
"""The sender delivers three times more, five minutes apart, before it forgets."""

_APART: Final = REDELIVERED_WITHIN
"""Minutes with refusals that are no further apart are of one gap: nothing need come in between."""

_ON_RECORD_WITHIN: Final = timedelta(minutes=2)
"""Counts of a minute that is over are on record by then: every process adds its own each minute."""

# What is turned away while nothing can be recorded is on record once that is over, so of it nothing
# can be told before; and to put a log back takes no time of its own.
_KNOWN_TO_GO_ON: Final[Mapping[GapKind, timedelta]] = {
    "down": timedelta(),
    "silent": timedelta(),
    "refusing": _ON_RECORD_WITHIN,
}
"""The kinds of gaps that can be known to go on, until how long after the last that is known."""

_MINUTE: Final = timedelta(minutes=1)
_MOST_SOURCES: Final = 3


class Gap(Struct, frozen=True):
    """A time in which deliveries may have been lost, and a sentence about it.

    `count` is how many requests were turned away or refused in it, `sender` who was silent.
    `is_over` is false of one that goes on at the end of what was looked at.
    """

    kind: GapKind
    begin: datetime
    end: datetime
    sentence: str
    is_over: bool = True
    count: int | None = None
    sender: str | None = None

    @property
    def span(self) -> Span:
        """From when to when."""
        return Span(self.begin, self.end)

    @property
    def is_likely_redelivered(self) -> bool:
        """Whether it was so short that the sender has probably delivered all of it again."""
        if self.kind in NEVER_REDELIVERED or not self.is_over:
            return False
        return self.end - self.begin < REDELIVERED_WITHIN

    def goes_on_at(self, moment: datetime) -> bool:
        """Say whether it is known to go on at a time, if it was looked at up to then."""
        known = _KNOWN_TO_GO_ON.get(self.kind)
        return not self.is_over and known is not None and moment - self.end <= known


def downs(downtimes: Iterable[Downtime]) -> list[Gap]:
    """Return the gaps in which no process served."""
    return [
        Gap(
            "down",
            one.begin,
            one.end,
            "No process served: the last one before was "
            + ("stopped in order." if one.stopped else "killed, or could not tell any more."),
            is_over=one.is_over,
        )
        for one in downtimes
    ]


def turned_away(counts: Iterable[DeliveriesTurnedAway]) -> list[Gap]:
    """Return the gaps in which deliveries with good keys were answered 503."""
    return [
        Gap(
            "unavailable",
            span.begin,
            span.end,
            f"{_number(count, 'delivery was', 'deliveries were')} answered 503, not being recorded "
            "in time.",
            count=count,
        )
        for span, count, _ in _runs([(one.minute, one.count, "") for one in counts])
    ]


def refusals(counts: Iterable[AttemptsRefused], until: datetime) -> list[Gap]:
    """Return the gaps in which requests were refused and not kept, whoever made them.

    The last one may go on at the end of what is looked at.
    """
    told = [(one.minute, one.count, one.source) for one in counts]
    return [
        Gap(
            "refusing",
            span.begin,
            span.end,
            f"{_number(count, 'attempt was', 'attempts were')} refused for keys, signature or "
            f"body{_from(sources)}.",
            is_over=until - span.end > _ON_RECORD_WITHIN,
            count=count,
        )
        for span, count, sources in _runs(told)
    ]


def silent(sender: str, silences: Iterable[Silence]) -> list[Gap]:
    """Return the gaps in which a sender was silent for longer than its rhythm explains."""
    return [
        Gap(
            "silent",
            one.begin,
            one.end,
            f"{sender} delivered nothing, where {one.expected:.0f} minutes with deliveries were to "
            f"be expected; the longest silence of a usual week spans {one.usual:.0f}.",
            is_over=one.is_over,
            sender=sender,
        )
        for one in silences
    ]


def restored(event: LogRestored, lost: Span, until: datetime) -> Gap:
    """Return the gap that a restored log has of a lost time, as far as it is looked at."""
    first, last = event.restored_end + 1, event.first_position - 1
    positions = f"position {first}" if first == last else f"positions {first}–{last}"
    at_most = " at most" if event.is_assumed else ""
    return Gap(
        "restored",
        lost.begin,
        min(lost.end, until),
        f"The log was put back from a backup and lacks {positions}{at_most}: what was acknowledged "
        "then is not delivered again.",
        is_over=lost.end <= until,
    )


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same time in spans that do not overlap, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.begin <= found[-1].end:
            found[-1] = Span(found[-1].begin, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def _runs(
    minutes: Sequence[tuple[datetime, int, str]],
) -> list[tuple[Span, int, frozenset[str]]]:
    found: list[tuple[Span, int, frozenset[str]]] = []
    for minute, count, source in sorted(minutes):
        sources, end = frozenset({source} - {""}), minute + _MINUTE
        if found and minute - found[-1][0].end <= _APART:
            span, known, others = found[-1]
            found[-1] = Span(span.begin, end), known + count, others | sources
        else:
            found.append((Span(minute, end), count, sources))
    return found


def _from(sources: frozenset[str]) -> str:
    if not sources:
        return ""
    shown = ", ".join(sorted(sources)[:_MOST_SOURCES])
    more = len(sources) - _MOST_SOURCES
    return f", from {shown}" + (f" and {more} more" if more > 0 else "")


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
