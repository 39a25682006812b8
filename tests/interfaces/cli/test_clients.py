"""Clients and their keys, from the command line."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from tests.interfaces.cli.commands import CommandLine


def test_a_new_client_gets_keys_and_its_webhook_address(command_line: CommandLine) -> None:
    added = command_line.json("clients", "add", "Acme")
    assert added["Name"] == "Acme"
    parts = urlsplit(added["WebhookUrl"])
    assert parts.path == f"/v1/Clients/{added['ClientId']}/ServiceChannelWorkOrders"
    assert parse_qs(parts.query) == {
        "accessKey": [added["AccessKey"]],
        "signingKey": [added["SigningKey"]],
    }


def test_each_new_pair_comes_with_its_address_as_it_is_pasted(command_line: CommandLine) -> None:
    client_id = command_line.json("clients", "add", "Acme")["ClientId"]
    add = ("clients", "keys", "add", "Acme", "--sender", "provider")
    for issued, signing_key in (
        (command_line.json(*add), None),
        (command_line.json("clients", "keys", "rotate", "Acme"), None),
        (command_line.json(*add, "--signing-key", "-", given="a+b/c=\n"), "a+b/c="),
    ):
        parts = urlsplit(issued["WebhookUrl"])
        assert parts.path == f"/v1/Clients/{client_id}/ServiceChannelWorkOrders"
        assert parse_qs(parts.query) == {
            "accessKey": [issued["AccessKey"]],
            "signingKey": [signing_key or issued["SigningKey"]],
        }
    shown = command_line.text(*add)
    [line] = [line for line in shown.splitlines() if line.startswith("Webhook URL  ")]
    assert client_id in line


def test_the_list_shows_clients_and_keys_but_no_secret(command_line: CommandLine) -> None:
    added = command_line.json("clients", "add", "Acme", "--open-activities", "on-first-report")
    shown = command_line.run("clients", "list", "--json").stdout + command_line.text(
        "clients", "list"
    )
    assert added["ClientId"] in shown
    assert "on-first-report" in shown
    assert added["AccessKey"] not in shown
    assert added["SigningKey"] not in shown


def test_a_client_can_bring_its_own_id_but_only_once(command_line: CommandLine) -> None:
    chosen = "5f0c2d6e-7c1e-4a55-9d1c-0a4a6f0e8f11"
    assert command_line.json("clients", "add", "Acme", "--id", chosen)["ClientId"] == chosen
    refusal = command_line.refused("clients", "add", "Other", "--id", chosen)
    assert refusal == f"worktrail: There already is a client {chosen}."


def test_rotated_keys_retire_after_the_overlap_and_retired_ones_at_once(
    command_line: CommandLine,
) -> None:
    command_line.json("clients", "add", "Acme")
    issued = command_line.json("clients", "keys", "rotate", "acme", "--overlap", "20m")
    [old, new] = command_line.json("clients", "list")[0]["Keys"]
    assert old["RetiresAt"] is not None
    assert (new["KeyId"], new["RetiresAt"]) == (issued["KeyId"], None)
    command_line.json("clients", "keys", "retire", "acme", issued["KeyId"])
    [_, new] = command_line.json("clients", "list")[0]["Keys"]
    assert new["RetiresAt"] is not None


def test_a_senders_own_signing_key_is_read_from_standard_input(
    command_line: CommandLine,
) -> None:
    command_line.json("clients", "add", "Acme")
    add = ("clients", "keys", "add", "Acme", "--sender", "Provider", "--signing-key", "-")
    issued = command_line.json(*add, given="made by the sender\n")
    assert (issued["Sender"], issued["SigningKey"]) == ("Provider", None)
    [_, pair] = command_line.json("clients", "list")[0]["Keys"]
    assert (pair["Sender"], pair["SendersOwnSigningKey"]) == ("Provider", True)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("clients", "keys", "rotate", "Nobody"), "There is no client Nobody."),
        (
            ("clients", "keys", "rotate", "Acme", "--overlap", "19m"),
            "Old keys must live on for at least 20 minutes.",
        ),
        (
            ("clients", "keys", "rotate", "Acme", "--sender", "Provdier"),
            "The client has no keys for a sender Provdier.",
        ),
        (
            ("clients", "keys", "retire", "Acme", str(UUID(int=7))),
            f"The client has no living key pair {UUID(int=7)}.",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    command_line: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    command_line.json("clients", "add", "Acme")
    assert command_line.refused(*arguments) == f"worktrail: {sentence}"


def test_a_name_that_several_clients_bear_asks_for_the_id(command_line: CommandLine) -> None:
    first = command_line.json("clients", "add", "Acme")
    command_line.json("clients", "add", "ACME")
    assert "Several clients" in command_line.refused("activities", "list", "acme")
    assert command_line.json("activities", "list", first["ClientId"]) == []
