"""`worktrail projections`: look at the read models, rebuild them, retry what waits, verify them."""

import os
import sys
from collections.abc import Sequence

import rich_click as click

from application.read_models import HEADS, ReadModels
from interfaces.cli.output import json_option, print_json, print_table, shown_time
from interfaces.cli.program import Program
from interfaces.cli.rebuild_progress import told_progress
from interfaces.cli.verdicts import print_verdict
from interfaces.projection_document import operator_document, verdict_document

_NICENESS = 10


@click.group()
def projections() -> None:
    """Look at the read models, rebuild and verify them while the service runs."""


@projections.command("list")
@json_option
@click.pass_obj
def list_(program: Program, as_json: bool) -> None:
    """List how far each read model is, and what waits in it."""
    with program.use_cases() as use:
        statuses, parked = use.read_models.statuses(), use.read_models.parked()
    if as_json:
        print_json([operator_document(status, parked) for status in statuses])
        return
    print_table(
        ("NAME", "STATE", "POSITION", "LAG", "SECONDS", "EVENTS/S", "PARKED", "ERROR"),
        [
            (
                status.name,
                status.state,
                str(status.position),
                str(status.lag_events),
                f"{status.lag_seconds:.1f}",
                f"{status.rate:.0f}",
                str(status.parked),
                status.error or "",
            )
            for status in statuses
        ],
    )
    if parked:
        print_table(
            ("PARKED IN", "STREAM", "POSITION", "EVENT", "SINCE", "PROBLEM"),
            [
                (
                    told.projection,
                    str(told.stream_id),
                    str(told.position),
                    told.event or "",
                    shown_time(told.since),
                    told.problem,
                )
                for told in parked
            ],
        )


@projections.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "all_", is_flag=True, help="Every read model, and the heads.")
@click.option("--yes", is_flag=True, help="The database's disk has room, though none can be seen.")
@json_option
@click.pass_obj
def rebuild(program: Program, names: tuple[str, ...], all_: bool, yes: bool, as_json: bool) -> None:
    """Build read models again from the log, beside the ones that are read meanwhile.

    NAME is one that `projections list` names, or `heads`.
    """
    _give_way()
    with program.use_cases() as use:
        wanted = _wanted(use.read_models, names, all_, [HEADS])
        with told_progress(as_json) as tell:
            use.read_models.rebuild(wanted, tell, unseen_is_fine=yes)
    if not as_json:
        click.echo(f"Rebuilt: {', '.join(wanted)}.")


@projections.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "all_", is_flag=True, help="Every read model.")
@json_option
@click.pass_obj
def retry(program: Program, names: tuple[str, ...], all_: bool, as_json: bool) -> None:
    """Let parked streams go on, once what kept them from it is mended."""
    with program.use_cases() as use:
        retried = {
            name: use.read_models.retry(name) for name in _wanted(use.read_models, names, all_)
        }
    if as_json:
        print_json(
            [
                {"Name": name, "Resumed": told.resumed, "Parked": told.parked}
                for name, told in retried.items()
            ]
        )
        return
    for name, told in retried.items():
        click.echo(f"{name}: {told.resumed} streams go on, {told.parked} still wait.")


@projections.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--all", "all_", is_flag=True, help="Every read model.")
@json_option
@click.pass_obj
def verify(program: Program, names: tuple[str, ...], all_: bool, as_json: bool) -> None:
    """Prove that read models equal a fold of the log from zero; exit with 1 where one does not."""
    _give_way()
    with program.use_cases() as use:
        wanted = _wanted(use.read_models, names, all_)
        with told_progress(as_json=False) as tell:
            verdicts = [use.read_models.verify(name, tell) for name in wanted]
    if as_json:
        print_json([verdict_document(verdict) for verdict in verdicts])
    else:
        for verdict in verdicts:
            print_verdict(verdict)
    if not all(verdict.is_equal for verdict in verdicts):
        sys.exit(1)


def _give_way() -> None:
    """Let whoever takes deliveries on this machine come first; alone it costs nothing."""
    niceness = max(os.getpriority(os.PRIO_PROCESS, 0), _NICENESS)
    os.setpriority(os.PRIO_PROCESS, 0, niceness)


def _wanted(
    read_models: ReadModels, names: Sequence[str], all_: bool, others: Sequence[str] = ()
) -> list[str]:
    if all_ == bool(names):
        raise click.UsageError("Give either names or --all.")
    return [*read_models.names(), *others] if all_ else list(names)
