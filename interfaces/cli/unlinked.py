"""`worktrail activities unlinked`: what waits for somebody to open an activity on it."""

from typing import Final, TypeAlias

import rich_click as click

from application.unlinked import Unlinked
from domain.client import Client
from domain.document import JsonValue
from domain.identity import activity_stream
from interfaces.cli.output import json_option, print_json, print_table, shown_time
from interfaces.cli.program import Program, UseCases

_COLUMNS: Final = (
    "Work order", "Number", "Last report", "Status", "Trade", "Priority", "Location", "Scheduled",
    "Description",
)  # fmt: skip
_LONGEST_TEXT: Final = 80

State: TypeAlias = dict[str, JsonValue]


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

    An activity that is opened on one has everything that was reported before. One that went from
    its provider to another is shown with that until it returns.
    """
    with program.use_cases() as use:
        known = use.clients.find(client)
        found, more = use.unlinked.newest(known, limit)
        told = [(one, _state(use, known, one)) for one in found]
    if as_json:
        print_json([_document(one, state) for one, state in told])
    else:
        print_table(_COLUMNS, [_row(one, state) for one, state in told])
    if more:
        click.echo(f"There are more than {limit}: see --limit.", err=True)


def _state(use: UseCases, client: Client, one: Unlinked) -> State:
    stream_id = activity_stream(client.id, one.work_order_id)
    state = use.lookout.document(client, stream_id, one.known)
    del state["Provenance"]
    return state


def _document(one: Unlinked, state: State) -> dict[str, object]:
    return {
        "WorkOrderId": one.work_order_id,
        "RecordedAt": one.recorded_at,
        "ReportedAt": one.reported_at,
        "State": state,
    }


def _row(one: Unlinked, state: State) -> tuple[str, ...]:
    beyond = state["Beyond"]
    place = beyond.get("LocationName") if isinstance(beyond, dict) else None
    return (
        str(one.work_order_id),
        _shown(state["Number"]),
        shown_time(one.recorded_at),
        ", ".join(filter(None, (_status(state["Status"]), _where(state["AssignedElsewhere"])))),
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


def _where(absence: JsonValue) -> str:
    return f"with provider {absence['ProviderId']}" if isinstance(absence, dict) else ""


def _shown(value: JsonValue) -> str:
    text = "" if value is None else " ".join(str(value).split())
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
