"""`worktrail doctor`."""

import rich_click as click
from msgspec import Struct

from interfaces.cli.output import json_option, print_json, print_table
from interfaces.cli.program import Program


class Finding(Struct, frozen=True, rename="pascal"):
    """One thing that was looked at; `problem` says what is wrong with it."""

    name: str
    value: str
    source: str
    problem: str | None = None


@click.command()
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> None:
    """Say what is configured and from where, what is reachable, and what is wrong."""
    program: Program = context.obj
    findings = [Finding(*looked) for looked in program.examined()]
    if as_json:
        print_json(findings)
    else:
        rows = [(f.name, f.value, f.source, f.problem or "ok") for f in findings]
        print_table(("What", "Value", "From", "Verdict"), rows)
    if any(finding.problem for finding in findings):
        context.exit(1)
