"""The command `worktrail`."""

from typing import Any

import rich_click as click

from application.ports import StorageUnavailableError
from domain.errors import WorktrailError
from interfaces.cli.activities import activities
from interfaces.cli.clients import clients
from interfaces.cli.doctor import doctor
from interfaces.cli.history import history
from interfaces.cli.migrate import migrate
from interfaces.cli.program import Program
from interfaces.cli.serve import serve
from interfaces.cli.simulate import simulate


class SentenceGroup(click.RichGroup):
    """A group whose commands end in one plain sentence where a rule was broken."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except WorktrailError as error:
            raise click.ClickException(str(error)) from error
        except StorageUnavailableError as error:
            sentence = str(error).strip().splitlines()[0] if str(error) else "no reason given"
            raise click.ClickException(f"The database is away: {sentence}") from error


def build_cli(program: Program) -> click.Command:
    """Return the command line around a program."""

    @click.group(cls=SentenceGroup)
    @click.version_option(package_name="worktrail")
    @click.pass_context
    def worktrail(context: click.Context) -> None:
        """Receive ServiceChannel webhooks and keep them as a record that can be proved."""
        context.obj = program

    for command in (serve, migrate, clients, activities, history, simulate, doctor):
        worktrail.add_command(command)
    return worktrail
