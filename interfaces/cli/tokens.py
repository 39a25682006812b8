"""`worktrail tokens`: bearer tokens for the API."""

from datetime import timedelta
from uuid import UUID

import rich_click as click

from domain.credentials import Role, Token
from domain.identity import INSTALLATION
from interfaces.cli.duration import Duration
from interfaces.cli.output import actor, json_option, print_json, print_table, shown_time
from interfaces.cli.program import Program


@click.group()
def tokens() -> None:
    """Issue, list and revoke tokens."""


@tokens.command()
@click.argument("role", type=click.Choice(["integrator", "auditor", "operator"]))
@click.option("--client", help="The one client that the token is for.")
@click.option(
    "--expires-in",
    "lifetime",
    type=Duration(),
    default="90d",
    show_default=True,
    help="Until when.",
)
@json_option
@click.pass_obj
def issue(
    program: Program, role: Role, client: str | None, lifetime: timedelta, as_json: bool
) -> None:
    """Issue a token, which is shown this once."""
    with program.use_cases() as use:
        client_id = use.clients.find(client).id if client is not None else None
        issued = use.tokens.issue(role, client_id, lifetime, actor())
    if as_json:
        print_json(
            {
                "Token": issued.token,
                "TokenId": issued.token_id,
                "Role": issued.role,
                "ClientId": issued.client_id,
                "ExpiresAt": issued.expires_at,
            }
        )
    else:
        click.echo(f"Token  {issued.token}")
        click.echo(f"Its id is {issued.token_id}; it expires at {shown_time(issued.expires_at)}.")
        click.echo("The token is shown this once and cannot be recovered.")


@tokens.command()
@click.argument("token_id", type=click.UUID)
@json_option
@click.pass_obj
def revoke(program: Program, token_id: UUID, as_json: bool) -> None:
    """End a token at once."""
    with program.use_cases() as use:
        use.tokens.revoke(token_id, actor())
    if as_json:
        print_json({"TokenId": token_id})
    else:
        click.echo(f"Token {token_id} is revoked.")


@tokens.command(name="list")
@json_option
@click.pass_obj
def list_(program: Program, as_json: bool) -> None:
    """List the tokens, without their secrets."""
    with program.use_cases() as use:
        known = list(use.tokens.all())
    if as_json:
        print_json([_document(owner, token) for owner, token in known])
    else:
        columns = ("Token", "Role", "Client", "Issued", "Expires", "Revoked")
        print_table(columns, [_row(owner, token) for owner, token in known])


def _document(owner: UUID, token: Token) -> dict[str, object]:
    return {
        "TokenId": token.token_id,
        "Role": token.role,
        "ClientId": None if owner == INSTALLATION else owner,
        "IssuedAt": token.issued_at,
        "ExpiresAt": token.expires_at,
        "Revoked": token.revoked,
    }


def _row(owner: UUID, token: Token) -> tuple[str, ...]:
    return (
        str(token.token_id),
        token.role,
        "all" if owner == INSTALLATION else str(owner),
        shown_time(token.issued_at),
        shown_time(token.expires_at),
        "yes" if token.revoked else "",
    )
