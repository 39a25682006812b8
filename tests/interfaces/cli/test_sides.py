"""Whose word is shown, and as which provider a client is known, from the command line."""

import pytest

from tests.interfaces.cli.commands import CommandLine


@pytest.fixture
def acme(command_line: CommandLine) -> CommandLine:
    command_line.json("clients", "add", "Acme")
    command_line.json("clients", "keys", "add", "Acme", "--sender", "provider")
    return command_line


def test_a_sender_is_preferred_until_nobody_is(acme: CommandLine) -> None:
    assert acme.json("clients", "prefer", "acme", "provider")["PreferredSender"] == "provider"
    [listed] = acme.json("clients", "list")
    assert (listed["Senders"], listed["PreferredSender"]) == (["default", "provider"], "provider")
    assert "provider, preferred" in acme.text("clients", "list").replace("\n", " ")
    assert acme.json("clients", "prefer", "Acme", "--nobody")["PreferredSender"] is None


def test_only_a_known_sender_can_be_preferred(acme: CommandLine) -> None:
    refusal = acme.refused("clients", "prefer", "Acme", "provder")
    assert refusal == "worktrail: The client has no keys for a sender provder."


@pytest.mark.parametrize("choice", [(), ("provider", "--nobody")])
def test_either_somebody_or_nobody_is_preferred(acme: CommandLine, choice: tuple[str, ...]) -> None:
    assert (
        "Give either a sender or --nobody." in acme.run("clients", "prefer", "Acme", *choice).stderr
    )


def test_the_providers_that_a_client_is_are_named_anew_each_time(acme: CommandLine) -> None:
    assert acme.json("clients", "providers", "Acme", "7", "5")["ProviderIds"] == [5, 7]
    assert acme.json("clients", "providers", "Acme")["ProviderIds"] == []
