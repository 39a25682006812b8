"""`worktrail activities`: which activity follows which work order."""

import rich_click as click

from application.activities import Move
from domain.activity import OpenActivity
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.cli.import_links import import_links
from interfaces.cli.output import actor, json_option, print_json, print_table
from interfaces.cli.program import Program
from interfaces.cli.reason import Reason
from interfaces.cli.unlinked import unlinked

_WORK_ORDER = click.IntRange(1, 2**63 - 1)
_ACTIVITY = click.IntRange(LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID)


@click.group()
def activities() -> None:
    """Open, release, move and list activities."""


activities.add_command(import_links)
activities.add_command(unlinked)


@activities.command(name="open")
@click.argument("client")
@click.argument("work_order", type=_WORK_ORDER)
@click.option("--id", "activity_id", type=_ACTIVITY, help="The id, instead of the next one.")
@click.option("--reason", type=Reason(), help="Why, for the record.")
@json_option
@click.pass_obj
def open_(
    program: Program,
    client: str,
    work_order: int,
    activity_id: int | None,
    reason: str | None,
    as_json: bool,
) -> None:
    """Open an activity on a work order."""
    with program.use_cases() as use:
        known = use.clients.find(client)
        command = OpenActivity(activity_id, reason)
        opened = use.activities.open(known, work_order, command, actor())
    if as_json:
        print_json({"ClientId": known.client_id, "WorkOrderId": work_order, "ActivityId": opened})
    else:
        click.echo(f"Activity {opened} follows work order {work_order}.")


@activities.command()
@click.argument("client")
@click.argument("activity", type=_ACTIVITY)
@click.option("--reason", type=Reason(), help="Why, for the record.")
@json_option
@click.pass_obj
def release(
    program: Program, client: str, activity: int, reason: str | None, as_json: bool
) -> None:
    """Release an activity from its work order."""
    with program.use_cases() as use:
        known = use.clients.find(client)
        work_order = use.activities.release(known, activity, reason, actor())
    if as_json:
        print_json({"ClientId": known.client_id, "WorkOrderId": work_order, "ActivityId": activity})
    else:
        click.echo(f"Activity {activity} no longer follows work order {work_order}.")


@activities.command()
@click.argument("client")
@click.argument("work_order", type=_WORK_ORDER)
@click.option(
    "--to", "target", type=_WORK_ORDER, required=True, help="The work order that is the right one."
)
@click.option("--reason", type=Reason(), help="Why, for the record.")
@json_option
@click.pass_obj
def move(
    program: Program, client: str, work_order: int, target: int, reason: str | None, as_json: bool
) -> None:
    """Let the activity of one work order follow another instead.

    It is released and opened in one transaction, or not at all.
    """
    if work_order == target:
        raise click.UsageError("Both are the same work order.")
    with program.use_cases() as use:
        known = use.clients.find(client)
        activity = use.histories.activity_on(known, work_order)
        use.activities.move(known, activity, Move(work_order, target), reason, actor())
    if as_json:
        print_json(
            {
                "ClientId": known.client_id,
                "ActivityId": activity,
                "FromWorkOrderId": work_order,
                "WorkOrderId": target,
            }
        )
    else:
        click.echo(f"Activity {activity} follows work order {target}, no longer {work_order}.")


@activities.command(name="list")
@click.argument("client")
@json_option
@click.pass_obj
def list_(program: Program, client: str, as_json: bool) -> None:
    """List the open activities of a client."""
    with program.use_cases() as use:
        links = list(use.activities.all_open(use.clients.find(client)))
    if as_json:
        print_json(
            [{"ActivityId": link.activity_id, "WorkOrderId": link.work_order_id} for link in links]
        )
    else:
        rows = [(str(link.activity_id), str(link.work_order_id)) for link in links]
        print_table(("Activity", "Work order"), rows)
