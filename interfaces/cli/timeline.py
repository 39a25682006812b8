"""A history as a timeline in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from application.histories import Period
from domain.activity import (
    ActivityOpened,
    ActivityReleased,
    WorkOrderReported,
    WorkOrderReportRepeated,
)
from domain.document import JsonValue, encode
from domain.history import History, Moment, Told
from domain.reconciliation import WorkOrderReconciled
from domain.work_order import Change, path_text
from interfaces.cli.output import plain, shown_time

_LONGEST_VALUE = 60


def print_timeline(out: Console, work_order: int, told: History, periods: Sequence[Period]) -> None:
    """Print what its activities followed when, if more than once, and every event with changes."""
    followed = "no activity" if told.activity_id is None else f"activity {told.activity_id}"
    out.print(Text(f"Work order {work_order}, {followed}, version {told.version}", style="bold"))
    if len(periods) > 1:
        for period in periods:
            out.print(Text(f"       {_followed(period)}"))
    for moment in told.moments:
        out.print(_headline(moment))
        for change in moment.changes:
            out.print(Text(f"       {shown_change(change)}"))


def shown_change(change: Change) -> str:
    """Write a field's change on one line."""
    before, after = shown_value(change.before), shown_value(change.after)
    return plain(f"{path_text(change.path)}: {before} → {after}")


def _followed(period: Period) -> str:
    followed = "follows" if period.released_at is None else "followed"
    until = f" until {shown_time(period.released_at)}" if period.released_at else ""
    return (
        f"activity {period.activity_id} {followed} work order {period.work_order_id} "
        f"from {shown_time(period.opened_at)}{until}"
    )


def _headline(moment: Moment) -> Text:
    recorded = moment.recorded
    line = Text(f"{recorded.originator_version:>5}  {shown_time(recorded.recorded_at)}  ")
    line.append(plain(_what(moment)), style="bold")
    if moment.late:
        line.append("  late", style="yellow")
    event = recorded.event
    if isinstance(event, Told):
        for kind in event.warnings:
            line.append(f"  {kind}", style="yellow")
        if event.reported_at:
            line.append(f"  reported {shown_time(event.reported_at)}", style="dim")
    who = recorded.metadata.actor or recorded.metadata.sender
    line.append(f"  by {who}" if who else "", style="dim")
    return line


def _what(moment: Moment) -> str:
    event = moment.recorded.event
    match event:
        case WorkOrderReported():
            test = "test, " if event.verdict == "test" else ""
            return f"reported ({test}{event.event_type or 'no event type'})"
        case WorkOrderReportRepeated():
            return f"repeated version {event.repeats}"
        case WorkOrderReconciled():
            return f"reconciled (line {event.line} of file {event.file_digest.hex()[:12]})"
        case ActivityOpened():
            return f"activity {event.activity_id} opened" + _because(event.reason)
        case ActivityReleased():
            return f"activity {event.activity_id} released" + _because(event.reason)
        case _:
            return type(event).__name__


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def shown_value(value: JsonValue) -> str:
    """Return a value on one line, cut where it is long."""
    match value:
        case None:
            return "–"
        case {"Primary": primary, "Extended": extended}:
            return f"{primary or '–'} / {extended}" if extended else str(primary)
        case str():
            text = value
        case _:
            text = encode(value).decode()
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
