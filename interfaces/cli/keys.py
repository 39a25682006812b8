"""`worktrail clients keys`: the pairs of keys that senders present."""

from datetime import timedelta
from typing import TextIO
from uuid import UUID

import rich_click as click

from application.clients import IssuedKeys
from domain.client import OWN_SENDER
from interfaces.cli.duration import Duration
from interfaces.cli.output import actor, json_option, print_json
from interfaces.cli.program import Program
from interfaces.cli.webhook_url import webhook_url


@click.group()
def keys() -> None:
    """Issue, rotate and retire pairs of keys."""


_sender = click.option(
    "--sender", default=OWN_SENDER, show_default=True, help="The ServiceChannel account's name."
)


@keys.command()
@click.argument("client")
@_sender
@click.option(
    "--signing-key",
    "signing_key_file",
    type=click.File("r"),
    help="Read the signing key that the sender made from this file, - for standard input.",
)
@json_option
@click.pass_obj
def add(
    program: Program,
    client: str,
    sender: str,
    signing_key_file: TextIO | None,
    as_json: bool,
) -> None:
    """Issue another pair, which is shown this once."""
    signing_key = None
    if signing_key_file is not None:
        signing_key = signing_key_file.read().strip()
        if not signing_key:
            raise click.ClickException("The signing key is empty.")
    with program.use_cases() as use:
        issued = use.clients.add_keys(client, actor(), sender, signing_key)
    _show(issued, _address(program, issued, signing_key), as_json=as_json)


@keys.command()
@click.argument("client")
@_sender
@click.option(
    "--overlap",
    type=Duration(),
    default="24h",
    show_default=True,
    help="How long the sender's old keys live on, at least 20m.",
)
@json_option
@click.pass_obj
def rotate(program: Program, client: str, sender: str, overlap: timedelta, as_json: bool) -> None:
    """Issue a new pair and let the sender's old ones live on for an overlap."""
    with program.use_cases() as use:
        issued = use.clients.rotate_keys(client, actor(), sender, overlap)
    _show(issued, _address(program, issued), as_json=as_json)


@keys.command()
@click.argument("client")
@click.argument("key_id", type=click.UUID)
@json_option
@click.pass_obj
def retire(program: Program, client: str, key_id: UUID, as_json: bool) -> None:
    """End a pair at once."""
    with program.use_cases() as use:
        use.clients.retire_keys(client, actor(), key_id)
    if as_json:
        print_json({"KeyId": key_id})
    else:
        click.echo(f"Key pair {key_id} is retired.")


def _address(program: Program, issued: IssuedKeys, own_signing_key: str | None = None) -> str:
    return webhook_url(program.listening().public_url, issued, own_signing_key)


def _show(issued: IssuedKeys, url: str, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "ClientId": issued.client_id,
                "KeyId": issued.key_id,
                "Sender": issued.sender,
                "AccessKey": issued.access_key,
                "SigningKey": issued.signing_key,
                "WebhookUrl": url,
            }
        )
        return
    click.echo(f"Key pair     {issued.key_id}  for {issued.sender}")
    click.echo(f"Access key   {issued.access_key}")
    click.echo(f"Signing key  {issued.signing_key or 'the one you gave'}")
    click.echo(f"Webhook URL  {url}")
    click.echo("These keys are shown this once and cannot be recovered.")
