"""`worktrail migrate`."""

import rich_click as click

from interfaces.cli.output import json_option, print_json
from interfaces.cli.program import Program


@click.command()
@json_option
@click.pass_obj
def migrate(program: Program, as_json: bool) -> None:
    """Bring the database's schema up to this release."""
    steps = program.migrate()
    if as_json:
        print_json({"Applied": steps})
    else:
        click.echo(f"Applied {', '.join(steps)}." if steps else "The schema is up to date.")
