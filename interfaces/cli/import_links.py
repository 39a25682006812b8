"""`worktrail activities import`: links many activities to their work orders."""

from collections.abc import Sequence
from typing import TextIO

import rich_click as click

from application.link_check import Checked, LineProblem
from interfaces.cli.link_file import read_links
from interfaces.cli.output import actor, json_option, print_json
from interfaces.cli.problem_lines import print_nothing_done, print_problem_lines
from interfaces.cli.program import Program
from interfaces.cli.progress import told_progress
from interfaces.cli.reason import Reason


@click.command(name="import")
@click.argument("client")
@click.argument("file", type=click.File("r", encoding="utf-8-sig", errors="surrogateescape"))
@click.option("--reason", type=Reason(), help="Why, for the record.")
@click.option("--dry-run", is_flag=True, help="Only check, and say what would be done.")
@json_option
@click.pass_context
def import_links(
    context: click.Context,
    client: str,
    file: TextIO,
    reason: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Open the activities that a file of comma-separated values lists, - for standard input.

    Its first line names the columns: ActivityId, and WorkOrderId, Number or PurchaseNumber. Other
    columns are left aside. Every line is checked before anything is done, and nothing is done
    where one is wrong. What is open already stays as it is: after an interruption, give the
    command again.
    """
    program: Program = context.obj
    wanted, unreadable = read_links(file)
    with program.use_cases() as use:
        known = use.clients.find(client)
        checked = use.link_import.check(known, wanted)
        problems = sorted([*unreadable, *checked.problems])
        opens = not problems and not dry_run
        if opens:
            with told_progress("opening", len(checked.links)) as tell:
                done = 0
                for portion in use.link_import.open(
                    known, checked.links, lambda _: reason, actor()
                ):
                    problems += [it.problem for it in portion if it.problem is not None]
                    done += len(portion)
                    tell(done)
    opened = len(checked.links) - len(problems) if opens else 0
    if as_json:
        print_json(
            {
                "ClientId": known.client_id,
                "Lines": len(wanted) + len(unreadable),
                "DryRun": dry_run,
                "ToOpen": len(checked.links),
                "Opened": opened,
                "OpenAlready": checked.open_already,
                "Problems": [
                    {"Line": problem.line, "Message": problem.sentence} for problem in problems
                ],
                "LagEvents": checked.lag_events,
            }
        )
    else:
        _print(checked, problems, opened, dry_run=dry_run)
    if problems:
        context.exit(1)


def _print(
    checked: Checked, problems: Sequence[LineProblem], opened: int, *, dry_run: bool
) -> None:
    print_problem_lines([(f"line {problem.line}", problem.sentence) for problem in problems])
    if problems and checked.lag_events:
        click.echo(
            f"The search is {checked.lag_events} events behind: what was reported last is not "
            "found yet.",
            err=True,
        )
    already = f"{checked.open_already} open already"
    if dry_run and not problems:
        click.echo(f"{len(checked.links)} would be opened, {already}.")
    elif opened or not problems:
        click.echo(f"{opened} opened, {already}.")
    if problems and not opened:
        print_nothing_done("opened", "line", len(problems))
