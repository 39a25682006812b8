"""`worktrail reports`: what senders say when they are asked, beside what they deliver."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import BinaryIO

import rich_click as click

from application.fetched import Fetched
from application.report_import import Reconciled
from interfaces.cli.export_file import read_export
from interfaces.cli.instant import Instant
from interfaces.cli.output import actor, console, json_option, print_json
from interfaces.cli.problem_lines import print_nothing_done, print_problem_lines
from interfaces.cli.program import Program
from interfaces.cli.progress import told_progress
from interfaces.cli.reconciliation import Outcome, difference_document, print_difference


@click.group()
def reports() -> None:
    """Put on record what a sender says when it is asked."""


@reports.command(name="import")
@click.argument("client")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--mapping",
    type=click.File("rb"),
    help="A TOML file that says which column of a CSV file is what; without it FILE is JSON.",
)
@click.option(
    "--as-of",
    type=Instant(),
    help="When the file was made, for records that do not say when they were last changed.",
)
@click.option("--sender", help="From whose account it is, where the client has several senders.")
@click.option("--dry-run", is_flag=True, help="Only show what would be different.")
@json_option
@click.pass_context
def import_reports(
    context: click.Context,
    client: str,
    file: BinaryIO,
    mapping: BinaryIO | None,
    as_of: datetime | None,
    sender: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Reconcile work orders with what a file says of them, - for standard input.

    It holds the sender's REST answers, as one JSON document or one on each line: work orders, lists
    of them, or lists under "value". With --mapping it is the sender's spreadsheet export, as
    comma-separated values. Every record is checked before anything is done, and nothing is done
    where one is wrong. What is unknown is filled and what is newer corrects, by the time at which
    each was last changed; what is on record already stays as it is: after an interruption, give
    the command again.
    """
    program: Program = context.obj
    with program.use_cases() as use:
        known, given = use.clients.find(client), read_export(file, mapping)
        told, problems = use.report_import.read(given.records, given.digest, as_of)
        origin = use.report_import.origin(known, sender, actor())
        outcome = Outcome()
        differences: list[dict[str, object]] = []
        if not problems:
            act = use.report_import.differences if dry_run else use.report_import.reconcile
            with _told(told, act(known, told, origin)) as found:
                for reconciled in found:
                    outcome.add(reconciled)
                    if dry_run and as_json:
                        differences += difference_document(reconciled)
                    elif dry_run:
                        print_difference(console(), reconciled)
    if as_json:
        print_json(
            {
                "ClientId": known.client_id,
                "FileDigest": given.digest.hex(),
                "DryRun": dry_run,
                "Records": len(told) + len(problems),
                **outcome.document(dry_run=dry_run),
                "Problems": [
                    {"Line": it.line, "Record": it.record, "Message": it.sentence}
                    for it in problems
                ],
                **({"Differences": differences} if dry_run else {}),
            }
        )
    elif problems:
        print_problem_lines(
            [(f"line {it.line}, record {it.record}", it.sentence) for it in problems]
        )
        print_nothing_done("put on record", "record", len(problems))
    else:
        click.echo(outcome.sentence(dry_run=dry_run))
    if problems:
        context.exit(1)


@contextmanager
def _told(
    told: Sequence[Fetched], reconciled: Iterator[Reconciled]
) -> Iterator[Iterator[Reconciled]]:
    """Lend what is reconciled, and draw a bar of the records that are done."""
    with told_progress("reconciling", len(told)) as tell:

        def telling() -> Iterator[Reconciled]:
            done = 0
            for one in reconciled:
                done += one.records
                tell(done)
                yield one

        yield telling()
