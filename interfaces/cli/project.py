"""`worktrail project`: follow the log and keep the read models, on a machine of its own."""

import signal
from threading import Event

import rich_click as click

from interfaces.cli.program import Program


@click.command()
@click.pass_obj
def project(program: Program) -> None:
    """Keep the read models as far as the log, until Ctrl-C.

    `worktrail serve` does so too. Any number may run: one of them leads, and another takes over
    when it is gone.
    """
    stopping = Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: stopping.set())
    program.project(stopping)
