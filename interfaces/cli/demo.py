"""The demo client: made at the first start, its address printed at every start."""

import shlex
from typing import Final
from urllib.parse import parse_qs, urlsplit

import rich_click as click

from domain.client import OWN_SENDER
from domain.errors import UnknownClientError
from interfaces.cli.output import actor
from interfaces.cli.program import Program, UseCases
from interfaces.cli.webhook_url import webhook_url
from interfaces.webhook.keys import ACCESS_KEY

_NAME: Final = "Demo"
_BODY: Final = (
    '{"Object":{"Id":1001,"Number":"1001","Status":{"Primary":"OPEN"},'
    '"Description":"Dispenser 4 leaks"},'
    '"Type":"WoRootNotification","Action":"NEW","EventType":"WorkOrderCreated"}'
)


def announce_demo(program: Program, use: UseCases) -> None:
    """Print the demo client's webhook address and a line that reports a first work order."""
    public_url = program.listening().public_url
    url = _kept(program.demo_url(), public_url, use) or _new(public_url, use)
    program.keep_demo_url(url)
    click.echo(f"Webhook URL of the demo client:\n\n  {url}\n")
    click.echo("Try it:\n")
    click.echo(
        f"  curl {shlex.quote(url)} -H 'Content-Type: application/json' -d {shlex.quote(_BODY)}\n"
    )


def _kept(kept: str | None, public_url: str, use: UseCases) -> str | None:
    """Return the kept address at today's host and port, if it still opens the door."""
    if kept is None:
        return None
    parts = urlsplit(kept)
    [access_key] = parse_qs(parts.query).get(ACCESS_KEY, [""])
    try:
        client = use.clients.find(parts.path.split("/")[3])
    except (UnknownClientError, IndexError):
        return None
    if not use.clients.opens(client, access_key):
        return None
    return f"{public_url}{parts.path}?{parts.query}"


def _new(public_url: str, use: UseCases) -> str:
    """Return an address with new keys, of a new client only where there is none yet."""
    try:
        client = use.clients.find(_NAME)
    except UnknownClientError:
        issued = use.clients.add(_NAME, actor(), "on-first-report")
    else:
        issued = use.clients.add_keys(str(client.id), actor(), OWN_SENDER, None)
    return webhook_url(public_url, issued)
