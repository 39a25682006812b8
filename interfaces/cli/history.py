"""`worktrail history`: a work order's timeline, readable in a terminal."""

from datetime import datetime

import rich_click as click
from rich.console import Console
from rich.text import Text

from application.histories import PointInTime
from domain.activity import (
    ActivityOpened,
    ActivityReleased,
    WorkOrderReported,
    WorkOrderReportRepeated,
)
from domain.dates import instant
from domain.document import JsonValue, encode
from domain.history import History, Moment
from domain.work_order import path_text
from interfaces.cli.output import console, json_option, print_json, shown_time
from interfaces.cli.program import Program, UseCases
from interfaces.history_document import history_document

_LONGEST_VALUE = 60


class Instant(click.ParamType[datetime]):
    """A point in time with its offset, such as 2026-07-08T09:12:44Z."""

    name = "time"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the point in time."""
        moment = instant(str(value))
        if moment is None:
            self.fail(f"{value!r} is no time with an offset or Z.", param, ctx)
        return moment


@click.command()
@click.argument("client")
@click.option("--work-order", type=click.IntRange(1), help="The sender's id of the work order.")
@click.option("--activity", type=click.IntRange(1), help="Our id of the activity.")
@click.option("--as-of", type=Instant(), help="Only what was on record at this time.")
@click.option("--effective-at", type=Instant(), help="Only what was reported up to this time.")
@json_option
@click.pass_obj
def history(
    program: Program,
    client: str,
    work_order: int | None,
    activity: int | None,
    as_of: datetime | None,
    effective_at: datetime | None,
    as_json: bool,
) -> None:
    """Tell what is known of a work order, since when, and who said so."""
    if (work_order is None) == (activity is None):
        raise click.UsageError("Give either --work-order or --activity.")
    with program.use_cases() as use:
        known = use.clients.find(client)
        if work_order is None:
            work_order = _followed(use, client, activity or 0)
        moment = PointInTime(as_of, effective_at)
        told = use.histories.of_work_order(known.id, work_order, moment)
    if as_json:
        print_json(history_document(known.id, work_order, told))
    else:
        _print(console(), work_order, told)


def _followed(use: UseCases, client: str, activity: int) -> int:
    periods = use.activities.periods(use.clients.find(client), activity)
    return periods[-1].work_order_id


def _print(out: Console, work_order: int, told: History) -> None:
    followed = "no activity" if told.activity_id is None else f"activity {told.activity_id}"
    out.print(Text(f"Work order {work_order}, {followed}, version {told.version}", style="bold"))
    for moment in told.moments:
        out.print(_headline(moment))
        for change in moment.changes:
            line = f"{path_text(change.path)}: {_value(change.before)} → {_value(change.after)}"
            out.print(Text(f"       {line}"))


def _headline(moment: Moment) -> Text:
    recorded = moment.recorded
    line = Text(f"{recorded.originator_version:>5}  {shown_time(recorded.recorded_at)}  ")
    line.append(_what(moment), style="bold")
    if moment.late:
        line.append("  late", style="yellow")
    event = recorded.event
    if isinstance(event, WorkOrderReported):
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
        case ActivityOpened():
            return f"activity {event.activity_id} opened" + _because(event.reason)
        case ActivityReleased():
            return f"activity {event.activity_id} released" + _because(event.reason)
        case _:
            return type(event).__name__


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def _value(value: JsonValue) -> str:
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
