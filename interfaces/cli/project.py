"""`worktrail project`: follow the log and keep the read models, on a machine of its own."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _told_to_stop() as stopping:
        program.project(stopping)


@contextmanager
def _told_to_stop() -> Iterator[Event]:
    stopping = Event()
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(told, lambda *_: stopping.set()) for told in signals]
    try:
        yield stopping
    finally:
        for told, handler in zip(signals, before, strict=True):
            signal.signal(told, handler)
