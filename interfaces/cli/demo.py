"""The demo client: made at the first start, its address printed at every start."""

import shlex
from typing import Final
from urllib.parse import urlsplit

import rich_click as click

from domain.errors import UnknownClientError
from interfaces.cli.clients import webhook_url
from interfaces.cli.output import actor
from interfaces.cli.program import Program, UseCases

_NAME: Final = "Demo"
_BODY: Final = (
    '{"Object":{"Id":1001,"Number":"1001","Status":{"Primary":"OPEN"},'
    '"Description":"Dispenser 4 leaks"},'
    '"Type":"WoRootNotification","Action":"NEW","EventType":"WorkOrderCreated"}'
)


def announce_demo(program: Program, use: UseCases) -> None:
    """Print the demo client's webhook address and a line that reports a first work order."""
    url = _moved(program.demo_url(), program, use) or _made(program, use)
    program.keep_demo_url(url)
    click.echo(f"Webhook URL of the demo client:\n\n  {url}\n")
    click.echo("Try it:\n")
    click.echo(
        f"  curl {shlex.quote(url)} -H 'Content-Type: application/json' -d {shlex.quote(_BODY)}\n"
    )


def _moved(kept: str | None, program: Program, use: UseCases) -> str | None:
    """Return the kept address at today's host and port, if its client is still there."""
    if kept is None:
        return None
    parts = urlsplit(kept)
    try:
        use.clients.find(parts.path.split("/")[3])
    except (UnknownClientError, IndexError):
        return None
    return f"{program.listening().public_url}{parts.path}?{parts.query}"


def _made(program: Program, use: UseCases) -> str:
    issued = use.clients.add(_NAME, actor(), "on-first-report")
    return webhook_url(program.listening().public_url, issued)
