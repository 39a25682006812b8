"""`worktrail clients`: who reports to us, and with which keys."""

from uuid import UUID

import rich_click as click

from domain.client import OpeningPolicy
from domain.identity import HIGHEST_ACTIVITY_ID, LOWEST_ACTIVITY_ID
from interfaces.cli.check import check
from interfaces.cli.client_health import health
from interfaces.cli.client_rows import COLUMNS, client_document, client_row, show_client
from interfaces.cli.keys import keys
from interfaces.cli.output import actor, json_option, print_json, print_table
from interfaces.cli.program import Program
from interfaces.cli.sides import prefer, providers
from interfaces.cli.webhook_url import webhook_url


@click.group()
def clients() -> None:
    """Register, check and list clients, manage their keys, and say whose word is shown."""


clients.add_command(keys)
clients.add_command(check)
clients.add_command(health)
clients.add_command(prefer)
clients.add_command(providers)


@clients.command()
@click.argument("name")
@click.option(
    "--open-activities",
    "policy",
    type=click.Choice(["on-request", "on-first-report"]),
    default="on-request",
    show_default=True,
    help="When an activity is opened on a work order.",
)
@click.option(
    "--first-activity-id",
    type=click.IntRange(LOWEST_ACTIVITY_ID, HIGHEST_ACTIVITY_ID),
    default=LOWEST_ACTIVITY_ID,
    show_default=True,
    help="Where activity ids begin.",
)
@click.option("--id", "client_id", type=click.UUID, help="The client's GUID, instead of a new one.")
@json_option
@click.pass_obj
def add(
    program: Program,
    name: str,
    policy: OpeningPolicy,
    first_activity_id: int,
    client_id: UUID | None,
    as_json: bool,
) -> None:
    """Register a client and issue its first keys, which are shown this once."""
    with program.use_cases() as use:
        issued = use.clients.add(name, actor(), policy, first_activity_id, client_id)
    url = webhook_url(program.listening().public_url, issued)
    if as_json:
        print_json(
            {
                "ClientId": issued.client_id,
                "Name": issued.name,
                "AccessKey": issued.access_key,
                "SigningKey": issued.signing_key,
                "WebhookUrl": url,
            }
        )
    else:
        click.echo(f"Client       {issued.client_id}  {issued.name}")
        click.echo(f"Webhook URL  {url}")
        click.echo("The keys in this address are shown this once and cannot be recovered.")


@clients.command()
@click.argument("client")
@click.option(
    "--open-activities",
    "policy",
    type=click.Choice(["on-request", "on-first-report"]),
    help="When an activity is opened on a work order from now on.",
)
@click.option(
    "--require-signature/--no-require-signature",
    default=None,
    help="Refuse deliveries whose signature does not verify with the sender's own signing key.",
)
@click.option(
    "--refuse-malformed/--accept-malformed",
    default=None,
    help="How malformed bodies are answered: 400, or 200 for senders that switch off. They are "
    "kept either way.",
)
@json_option
@click.pass_obj
def change(
    program: Program,
    client: str,
    policy: OpeningPolicy | None,
    require_signature: bool | None,
    refuse_malformed: bool | None,
    as_json: bool,
) -> None:
    """Change what a client's deliveries lead to."""
    with program.use_cases() as use:
        uses = use.key_uses.all()
        changed = use.clients.change(client, actor(), policy, require_signature, refuse_malformed)
    show_client(changed, uses, as_json=as_json)


@clients.command(name="list")
@json_option
@click.pass_obj
def list_(program: Program, as_json: bool) -> None:
    """List the clients and their keys, without the secrets."""
    with program.use_cases() as use:
        known, uses = use.clients.all(), use.key_uses.all()
    if as_json:
        print_json([client_document(client, uses) for client in known])
    else:
        print_table(COLUMNS, [client_row(client, uses) for client in known])
