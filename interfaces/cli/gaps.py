"""`worktrail gaps`: the day after an outage, what may be missing."""

from datetime import UTC, datetime, timedelta
from typing import Final

import rich_click as click

from application.gaps import Gaps, ToldGap
from domain.client import Client
from domain.gaps import Gap
from domain.note_holes import NoteHole
from interfaces.cli.instant import Instant
from interfaces.cli.output import json_option, print_json, print_table, shown_time
from interfaces.cli.program import Program
from interfaces.cli.progress import told_phases

_LOOKED_BACK: Final = timedelta(days=7)
_MOST_SHOWN: Final = 50
_COLUMNS: Final = ("Kind", "From", "Until", "Lasted", "Open then", "Redelivered", "What happened")
_HOLE_COLUMNS: Final = ("Work order", "Missing", "After the note of", "Before the note of")


@click.command()
@click.argument("client")
@click.option("--since", type=Instant(), help="From when on; seven days before the end by default.")
@click.option("--until", type=Instant(), help="Up to when; up to now by default.")
@json_option
@click.pass_obj
def gaps(
    program: Program, client: str, since: datetime | None, until: datetime | None, as_json: bool
) -> None:
    """Tell when deliveries may have been lost, and which work orders to fetch again.

    From our own record: when no process served (down), when deliveries were answered 503
    (unavailable), when attempts were refused for their keys or their body (refusing), and of what
    time the log was lost before it was put back from a backup (restored). Of the senders: when one
    was unusually silent for its rhythm (silent). With each gap come the work orders that were open
    before it ended. Holes in the numbers of notes are hints only.
    """
    now = datetime.now(UTC)
    end = now if until is None else min(until, now)
    begin = end - _LOOKED_BACK if since is None else since
    if begin >= end:
        raise click.UsageError("--since must lie before --until, and in the past.")
    with program.use_cases() as use, told_phases() as tell:
        known = use.clients.find(client)
        found = use.gap_finder.find(known, begin, end, tell)
    if as_json:
        print_json(_document(known, found, now))
    else:
        _print(found, now)


def _document(client: Client, found: Gaps, now: datetime) -> dict[str, object]:
    return {
        "ClientId": client.id,
        "Since": found.begin,
        "Until": found.end,
        "RunsRecordedSince": found.recorded_since,
        "Gaps": [_gap_document(told, now) for told in found.gaps],
        "FetchAgain": found.fetch_again,
        "UnknownRhythms": found.unknown_rhythms,
        "NoteHints": [_hole_document(*hole) for hole in found.note_holes],
        "LagEvents": found.lag_events,
    }


def _gap_document(told: ToldGap, now: datetime) -> dict[str, object]:
    gap = told.gap
    return {
        "Kind": gap.kind,
        "From": gap.begin,
        "Until": None if gap.goes_on_at(now) else gap.end,
        "IsOver": gap.is_over,
        "Sender": gap.sender,
        "Count": gap.count,
        "LikelyRedelivered": gap.is_likely_redelivered,
        "Message": gap.sentence,
        "OpenWorkOrders": told.open_work_orders,
    }


def _hole_document(work_order_id: int, hole: NoteHole) -> dict[str, object]:
    return {
        "WorkOrderId": work_order_id,
        "FirstMissing": hole.first,
        "LastMissing": hole.last,
        "After": hole.after,
        "Before": hole.before,
    }


def _print(found: Gaps, now: datetime) -> None:
    if found.gaps:
        print_table(_COLUMNS, [_row(told, now) for told in found.gaps])
    else:
        click.echo(f"No gaps from {shown_time(found.begin)} to {shown_time(found.end)}.")
    if again := found.fetch_again:
        more = f" and {len(again) - _MOST_SHOWN} more, all with --json" * (len(again) > _MOST_SHOWN)
        shown = ", ".join(map(str, again[:_MOST_SHOWN]))
        click.echo(f"To be fetched from the sender again, {len(again)}: {shown}{more}.")
    if found.note_holes:
        click.echo("\nHints only: these numbers are missing between notes.")
        print_table(_HOLE_COLUMNS, [_hole_row(*hole) for hole in found.note_holes[:_MOST_SHOWN]])
        if len(found.note_holes) > _MOST_SHOWN:
            click.echo(f"And {len(found.note_holes) - _MOST_SHOWN} more, all with --json.")
    _print_limits(found)


def _print_limits(found: Gaps) -> None:
    """Say what could not be known, so that nobody takes silence for an answer."""
    if found.recorded_since is None:
        click.echo("No start or stop of the service is on record yet.", err=True)
    elif found.recorded_since > found.begin:
        since = shown_time(found.recorded_since)
        click.echo(f"Starts and stops of the service are on record since {since}.", err=True)
    for sender in found.unknown_rhythms:
        click.echo(f"Too little is known of {sender} to tell its silences.", err=True)
    if found.lag_events:
        click.echo(
            f"The read models are {found.lag_events} events behind what was received.", err=True
        )


def _row(told: ToldGap, now: datetime) -> tuple[str, ...]:
    gap = told.gap
    return (
        gap.kind,
        shown_time(gap.begin),
        _until(gap, now),
        _lasted(gap.end - gap.begin),
        str(len(told.open_work_orders)),
        "likely" if gap.is_likely_redelivered else "",
        gap.sentence,
    )


def _until(gap: Gap, now: datetime) -> str:
    if gap.goes_on_at(now):
        return "still going on"
    return shown_time(gap.end) if gap.is_over else f"not over at {shown_time(gap.end)}"


def _hole_row(work_order_id: int, hole: NoteHole) -> tuple[str, ...]:
    missing = str(hole.first) if hole.first == hole.last else f"{hole.first}–{hole.last}"
    return str(work_order_id), missing, shown_time(hole.after), shown_time(hole.before)


def _lasted(length: timedelta) -> str:
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"
