"""`worktrail quarantine`: deliveries that no stream could take yet."""

import re
from collections.abc import Iterable

import rich_click as click

from application.kept_deliveries import KeptDelivery
from application.releases import Release
from domain.client import Client
from domain.errors import StillUnreadableError
from domain.metadata import SealedContent
from interfaces.cli.kept_deliveries import (
    SHOWN_DIGITS,
    delivery_document,
    delivery_row,
    print_releases,
)
from interfaces.cli.output import actor, json_option, print_json, print_table
from interfaces.cli.program import Program, UseCases
from interfaces.cli.reason import Reason


class Digest(click.ParamType[str]):
    """The first digits of a body's SHA-256, eight or more."""

    name = "digest"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Read the digits."""
        if not re.fullmatch(r"[0-9a-fA-F]{8,64}", str(value)):
            self.fail(f"{value!r} is no digest: give 8 to 64 hex digits.", param, ctx)
        return str(value)


@click.group()
def quarantine() -> None:
    """List, look into, release and discard deliveries kept aside."""


@quarantine.command(name="list")
@click.argument("client")
@click.option("--unrelated", is_flag=True, help="List what is about other object types instead.")
@click.option("--all", "every", is_flag=True, help="List released and discarded ones too.")
@json_option
@click.pass_obj
def list_(program: Program, client: str, unrelated: bool, every: bool, as_json: bool) -> None:
    """List what is held; what is about other object types, apart."""
    with program.use_cases() as use:
        kept = [
            delivery
            for delivery in use.releases.all(use.clients.find(client))
            if (delivery.told.reason == "unrelated") == unrelated
            and (every or delivery.state == "held")
        ]
    if as_json:
        print_json([delivery_document(delivery) for delivery in kept])
    else:
        columns = ("Digest", "Arrived", "Times", "Reason", "Problem", "State")
        print_table(columns, map(delivery_row, kept))


@quarantine.command()
@click.argument("client")
@click.argument("digest", type=Digest())
@click.option("--raw", is_flag=True, help="Write the body's bytes, and nothing else.")
@json_option
@click.pass_obj
def show(program: Program, client: str, digest: str, raw: bool, as_json: bool) -> None:
    """Show one delivery and its body."""
    with program.use_cases() as use:
        kept = use.releases.find(use.clients.find(client), digest)
    content = kept.told.content
    body = b"" if isinstance(content, SealedContent) else content.body
    if raw:
        click.echo(body, nl=False)
    elif as_json:
        print_json({**delivery_document(kept), "Body": body.decode("utf-8", "backslashreplace")})
    else:
        for name, value in delivery_document(kept).items():
            click.echo(f"{name:<14}{'' if value is None else value}")
        click.echo()
        click.echo(body.decode("utf-8", "backslashreplace"))


@quarantine.command()
@click.argument("client")
@click.argument("digest", type=Digest(), required=False)
@click.option("--all", "every", is_flag=True, help="Release all that are held.")
@click.option(
    "--reason-matches",
    "pattern",
    help="With --all: only those whose reason or problem holds this text.",
)
@json_option
@click.pass_context
def release(
    context: click.Context,
    client: str,
    digest: str | None,
    every: bool,
    pattern: str | None,
    as_json: bool,
) -> None:
    """Read deliveries again with today's readers and put them on their streams."""
    if every == (digest is not None):
        raise click.UsageError("Give either a digest or --all.")
    if pattern is not None and not every:
        raise click.UsageError("--reason-matches goes with --all.")
    program: Program = context.obj
    with program.use_cases() as use:
        known = use.clients.find(client)
        if digest is not None:
            chosen = [use.releases.find(known, digest)]
        else:
            chosen = [kept for kept in use.releases.all(known) if _matches(kept, pattern)]
        released, refused = _release(use, known, chosen)
    print_releases(released, refused, as_json=as_json)
    if refused:
        context.exit(1)


@quarantine.command()
@click.argument("client")
@click.argument("digest", type=Digest())
@click.option("--reason", type=Reason(), required=True, help="Why, for the record.")
@json_option
@click.pass_obj
def discard(program: Program, client: str, digest: str, reason: str, as_json: bool) -> None:
    """Hide a delivery for good; its bytes stay on record."""
    with program.use_cases() as use:
        known = use.clients.find(client)
        kept = use.releases.find(known, digest)
        use.releases.discard(known, kept, reason, actor())
    if as_json:
        print_json({"Digest": kept.digest, "State": "discarded"})
    else:
        click.echo(f"Delivery {kept.digest[:SHOWN_DIGITS]} is discarded.")


def _matches(kept: KeptDelivery, pattern: str | None) -> bool:
    if kept.state != "held" or kept.told.reason == "unrelated":
        return False
    return pattern is None or pattern.lower() in f"{kept.told.reason} {kept.problem}".lower()


def _release(
    use: UseCases, client: Client, chosen: Iterable[KeptDelivery]
) -> tuple[list[Release], list[StillUnreadableError]]:
    released: list[Release] = []
    refused: list[StillUnreadableError] = []
    for kept in chosen:
        try:
            released.append(use.releases.release(client, kept, actor()))
        except StillUnreadableError as error:
            refused.append(error)
    return released, refused
