"""The command `worktrail`."""

import rich_click as click

from interfaces.cli.activities import activities
from interfaces.cli.clients import clients
from interfaces.cli.doctor import doctor
from interfaces.cli.gaps import gaps
from interfaces.cli.history import history
from interfaces.cli.migrate import migrate
from interfaces.cli.program import Program
from interfaces.cli.project import project
from interfaces.cli.projections import projections
from interfaces.cli.quarantine import quarantine
from interfaces.cli.reports import reports
from interfaces.cli.restored import restored
from interfaces.cli.sentence_group import SentenceGroup
from interfaces.cli.serve import serve
from interfaces.cli.simulate import simulate
from interfaces.cli.tokens import tokens


def build_cli(program: Program) -> click.Command:
    """Return the command line around a program."""

    @click.group(cls=SentenceGroup)
    @click.version_option(package_name="worktrail")
    @click.pass_context
    def worktrail(context: click.Context) -> None:
        """Receive ServiceChannel webhooks and keep them as a record that can be proved."""
        context.obj = program

    for command in (
        serve,
        project,
        projections,
        migrate,
        clients,
        tokens,
        activities,
        history,
        gaps,
        reports,
        quarantine,
        restored,
        simulate,
        doctor,
    ):
        worktrail.add_command(command)
    return worktrail
