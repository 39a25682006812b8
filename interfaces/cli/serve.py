"""`worktrail serve`: the service itself."""

import resource
import signal
import socket
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Final

import rich_click as click
import uvicorn
from litestar import Litestar

from interfaces.cli.demo import announce_demo
from interfaces.cli.program import Listening, Program
from interfaces.connection import (
    MOST_CONNECTIONS,
    MOST_FILES,
    BoundedConnection,
    most_connections,
)
from interfaces.places import places, processors, room
from interfaces.standby import StandbyConfig
from interfaces.supervisor import Supervisor

_STOP_SECONDS: Final = 6


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes; beyond one less than the processors they stand by.",
)
@click.option("--demo", is_flag=True, help="Have a demo client, and print its webhook address.")
@click.option(
    "--project/--no-project",
    default=True,
    show_default=True,
    help="Keep the read models too, beside the workers; `worktrail project` does it elsewhere.",
)
@click.pass_obj
def serve(program: Program, workers: int, demo: bool, project: bool) -> None:
    """Receive webhooks, until Ctrl-C."""
    listening = program.listening()
    _allow_files()
    bound = _bind(listening)
    with bound, program.use_cases() as use:
        if demo:
            announce_demo(program, use)
        click.echo(
            f"Worktrail listens on {listening.public_url}; its data lies in "
            f"{program.data_location()}. Ctrl-C stops it."
        )
        # The log and the read models have a process of their own each, so that the workers' stay
        # free for webhooks.
        with program.projecting() if project else nullcontext(), program.writing() as application:
            _run(bound, workers, application)


def _bind(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listening.host, listening.port))
        # Whoever finds no room here is not refused but tries again, seconds later each time.
        bound.listen(MOST_CONNECTIONS)
    except OSError as error:
        bound.close()
        raise click.ClickException(
            f"Cannot listen on {listening.host} port {listening.port}: {error.strerror}. "
            "Set WORKTRAIL_HOST or WORKTRAIL_PORT."
        ) from error
    return bound


def _allow_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most_connections() < MOST_CONNECTIONS:
        click.echo(
            f"No more than {most_connections()} connections are held at once by one process, for "
            f"it may open {most} files only (`ulimit -Hn`); {MOST_FILES} are better.",
            err=True,
        )


def _run(bound: socket.socket, workers: int, application: Callable[[], Litestar]) -> None:
    config = StandbyConfig(
        application,
        factory=True,
        workers=workers,
        access_log=False,
        log_config=None,
        server_header=False,
        http=BoundedConnection,
        ws="none",
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    # The server raises the signal that stopped it once more when it is done; as an interrupt it
    # lets everything around here be put away in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        # A terminal that is closed stops the service like any other wish to.
        signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        with suppress(KeyboardInterrupt), places(room(workers, processors())) as config.places:
            if workers == 1:
                uvicorn.Server(config).run(sockets=[bound])
            else:
                Supervisor(config, sockets=[bound]).run()
    finally:
        # It ends already, and who asks once more does not interrupt how things are put away; who
        # means it has SIGQUIT (Ctrl-\).
        for asked in (signal.SIGINT, signal.SIGTERM):
            signal.signal(asked, signal.SIG_IGN)
