"""`worktrail activities unlinked`: what waits for somebody to open an activity on it."""

from typing import Final

import rich_click as click

from application.unlinked import Unlinked
from domain.document import JsonValue
from domain.work_order import as_document
from interfaces.cli.output import json_option, print_json, print_table, shown_time
from interfaces.cli.program import Program

_COLUMNS: Final = (
    "Work order", "Number", "Last report", "Status", "Trade", "Priority", "Location", "Scheduled",
    "Description",
)  # fmt: skip
_LONGEST_TEXT: Final = 80


@click.command()
@click.argument("client")
@click.option(
    "--limit",
    type=click.IntRange(1, 100_000),
    default=50,
    show_default=True,
    help="How many at the most.",
)
@json_option
@click.pass_obj
def unlinked(program: Program, client: str, limit: int, as_json: bool) -> None:
    """List reported work orders that no activity follows, the last reported first.

    An activity that is opened on one has everything that was reported before.
    """
    with program.use_cases() as use:
        known = use.clients.find(client)
        found, more = use.unlinked.newest(known, limit)
    preferred = known.preferred_sender
    if as_json:
        print_json([_document(one, preferred) for one in found])
    else:
        print_table(_COLUMNS, [_row(one, preferred) for one in found])
    if more:
        click.echo(f"There are more than {limit}: see --limit.", err=True)


def _document(one: Unlinked, preferred: str | None) -> dict[str, object]:
    state = as_document(one.work_order, preferred)
    del state["Provenance"]
    return {
        "WorkOrderId": one.work_order_id,
        "RecordedAt": one.recorded_at,
        "ReportedAt": one.reported_at,
        "State": state,
    }


def _row(one: Unlinked, preferred: str | None) -> tuple[str, ...]:
    state = as_document(one.work_order, preferred)
    beyond = state["Beyond"]
    place = beyond.get("LocationName") if isinstance(beyond, dict) else None
    return (
        str(one.work_order_id),
        _shown(state["Number"]),
        shown_time(one.recorded_at),
        _status(state["Status"]),
        _shown(state["Trade"]),
        _shown(state["Priority"]),
        _shown(place or state["LocationId"]),
        _shown(state["ScheduledDate"]),
        _shown(state["Description"]),
    )


def _status(status: JsonValue) -> str:
    if not isinstance(status, dict):
        return ""
    return " / ".join(str(part) for part in status.values() if part)


def _shown(value: JsonValue) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
