"""Tokens, from the command line."""

import pytest

from tests.interfaces.cli.commands import CommandLine


def test_a_token_is_issued_once_listed_without_its_secret_and_revoked(
    command_line: CommandLine,
) -> None:
    client_id = command_line.json("clients", "add", "Acme")["ClientId"]
    issued = command_line.json("tokens", "issue", "integrator", "--client", "Acme")
    assert (issued["Role"], issued["ClientId"]) == ("integrator", client_id)
    [listed] = command_line.json("tokens", "list")
    assert (listed["TokenId"], listed["Revoked"]) == (issued["TokenId"], False)
    assert issued["Token"] not in command_line.text("tokens", "list")
    command_line.json("tokens", "revoke", issued["TokenId"])
    assert command_line.json("tokens", "list")[0]["Revoked"]
    sentence = command_line.refused("tokens", "revoke", issued["TokenId"])
    assert sentence == f"worktrail: There is no living token {issued['TokenId']}."


def test_a_token_for_all_clients_names_none(command_line: CommandLine) -> None:
    issued = command_line.json("tokens", "issue", "operator", "--expires-in", "7d")
    assert issued["ClientId"] is None
    assert command_line.json("clients", "list") == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("integrator",), "An integrator's token is for one client: name it."),
        (("operator", "--client", "Acme"), "An operator's token is for all clients: name none."),
    ],
)
def test_a_role_goes_with_what_the_token_is_for(
    command_line: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    command_line.json("clients", "add", "Acme")
    assert command_line.refused("tokens", "issue", *arguments) == f"worktrail: {sentence}"
