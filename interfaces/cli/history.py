"""`worktrail history`: a work order's timeline, readable in a terminal."""

from datetime import datetime

import rich_click as click

from application.histories import PointInTime
from interfaces.cli.instant import Instant
from interfaces.cli.output import console, json_option, print_json
from interfaces.cli.program import Program
from interfaces.cli.surroundings import print_surroundings
from interfaces.cli.timeline import print_timeline
from interfaces.history_document import history_document


@click.command()
@click.argument("client")
@click.option("--work-order", type=click.IntRange(1), help="The sender's id of the work order.")
@click.option("--activity", type=click.IntRange(1), help="Our id of the activity.")
@click.option("--as-of", type=Instant(), help="Only what was on record at this time.")
@click.option("--effective-at", type=Instant(), help="Fold only what was reported up to this time.")
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
            work_order = use.histories.followed_by(known, activity or 0, as_of)
        moment = PointInTime(as_of, effective_at)
        told = use.histories.of_work_order(known.id, work_order, moment)
        periods = use.histories.periods(known.id, told, as_of)
        around = use.lookout.at(known, work_order, told, moment)
    if as_json:
        print_json(history_document(known, work_order, told, periods, around))
    else:
        print_timeline(console(), work_order, told, periods)
        print_surroundings(console(), told.work_order, around)
