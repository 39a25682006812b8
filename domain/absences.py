"""When a work order was with another provider than ours, and whether anybody told of it then."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from domain.document import JsonValue
from domain.history import report_of
from domain.record import RecordedEvent
from domain.some_facts import Wanted
from domain.work_order import PROVIDER, Order, Report, moment_text

_PROVIDER_ALONE: Final = Wanted(members=frozenset({"ProviderId"}))

_Turn: TypeAlias = tuple[Order, int]
"""A report by which the work order went to a provider."""


class Absence(Struct, frozen=True):
    """A time in which a work order that had been ours was assigned elsewhere.

    `left` is the provider that it left, `provider` the one that it was with last. `since` is the
    order of the report by which it left, `until` that of the one by which it came back, if it did.
    `unobserved` says that no report tells of the time between.
    """

    left: int
    provider: int
    since: Order
    until: Order | None = None
    unobserved: bool = True


def reports_of(
    events: Iterable[RecordedEvent], effective_at: datetime | None = None
) -> list[Report]:
    """Return what a stream's events say of the provider, up to a time if one is given."""
    reports = (report_of(recorded, _PROVIDER_ALONE) for recorded in events)
    return [
        report
        for report in reports
        if report and (effective_at is None or report.effective_at <= effective_at)
    ]


def absences(reports: Iterable[Report], ours: frozenset[int] = frozenset()) -> list[Absence]:
    """Return when the work order was elsewhere, by the one total order of its reports.

    Ours are these providers or, where none are given, the first one that was ever named. A sender
    moves the work order only by naming another provider than it named before: one that sees no
    more than its own side, and goes on naming that, does not bring it back.
    """
    in_order = sorted(reports, key=lambda report: report.order)
    turns = _turns(in_order)
    if not ours and turns:
        ours = frozenset({turns[0][1]})
    found: list[Absence] = []
    with_us: int | None = None
    for order, provider in turns:
        if provider in ours:
            if found and found[-1].until is None:
                found[-1] = replace(found[-1], until=order)
            with_us = provider
        elif found and found[-1].until is None:
            found[-1] = replace(found[-1], provider=provider)
        elif with_us is not None:
            found.append(Absence(with_us, provider, order))
    times = [report.effective_at for report in in_order]
    return [replace(one, unobserved=not _is_told_of(one, times)) for one in found]


def absence_document(absence: Absence) -> dict[str, JsonValue]:
    """Return an absence as JSON; `Until` is null while it lasts."""
    until = absence.until
    return {
        "ProviderId": absence.provider,
        "LeftProviderId": absence.left,
        "Since": moment_text(absence.since[0]),
        "SinceVersion": absence.since[1],
        "Until": None if until is None else moment_text(until[0]),
        "UntilVersion": None if until is None else until[1],
        "Unobserved": absence.unobserved,
    }


def _turns(in_order: Sequence[Report]) -> list[_Turn]:
    last: dict[str | None, int] = {}
    turns: list[_Turn] = []
    for report in in_order:
        provider = report.facts.get(PROVIDER)
        # The sender's 0 names nobody.
        if not isinstance(provider, int) or provider <= 0 or last.get(report.sender) == provider:
            continue
        last[report.sender] = provider
        if not turns or turns[-1][1] != provider:
            turns.append((report.order, provider))
    return turns


def _is_told_of(absence: Absence, times: Iterable[datetime]) -> bool:
    # Of the same time is what another sender says of the leaving or the coming back itself.
    since, until = absence.since[0], None if absence.until is None else absence.until[0]
    return any(since < time and (until is None or time < until) for time in times)
