"""`worktrail clients prefer` and `providers`: from whose side a client's work orders are seen."""

import rich_click as click

from interfaces.cli.client_rows import show_client
from interfaces.cli.output import actor, json_option
from interfaces.cli.program import Program


@click.command()
@click.argument("client")
@click.argument("sender", required=False)
@click.option("--nobody", is_flag=True, help="Show whatever was said last, whoever said it.")
@json_option
@click.pass_obj
def prefer(program: Program, client: str, sender: str | None, nobody: bool, as_json: bool) -> None:
    """Choose the sender whose word is shown where a client's senders disagree.

    What was reported stays as it is, and so does the search, which has what was reported last.
    """
    if (sender is None) != nobody:
        raise click.UsageError("Give either a sender or --nobody.")
    with program.use_cases() as use:
        uses = use.key_uses.all()
        changed = use.clients.prefer(client, actor(), sender)
    show_client(changed, uses, as_json=as_json)


@click.command()
@click.argument("client")
@click.argument("provider_ids", metavar="[PROVIDER_ID]...", nargs=-1, type=click.IntRange(1))
@json_option
@click.pass_obj
def providers(program: Program, client: str, provider_ids: tuple[int, ...], as_json: bool) -> None:
    """Say which ProviderIds are the client's own, in place of those said before.

    A work order that goes from one of them to another provider is shown as assigned elsewhere.
    Where none is given, the provider that a work order was with first counts as the client's.
    """
    with program.use_cases() as use:
        uses = use.key_uses.all()
        changed = use.clients.name_providers(client, actor(), provider_ids)
    show_client(changed, uses, as_json=as_json)
