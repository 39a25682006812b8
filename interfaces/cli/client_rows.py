"""Clients and their keys as they are printed, without the secrets."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from domain.client import Client, DeliveryRulesChosen
from domain.credentials import KeyPair
from interfaces.cli.output import print_json, print_table, shown_time

Uses: TypeAlias = Mapping[UUID, datetime]
"""When each pair of keys was last used."""

COLUMNS = ("Client", "Name", "Activities open", "First id", "Deliveries", "Senders", "Keys")


def client_row(client: Client, uses: Uses) -> tuple[str, ...]:
    """Return a client's cells in the list."""
    keys_shown = "\n".join(
        f"{pair.key_id} {pair.sender}, issued {shown_time(pair.issued_at)}, "
        f"last used {shown_time(uses.get(pair.key_id)) or 'never'}"
        + (f", retires {shown_time(pair.retires_at)}" if pair.retires_at else "")
        for pair in client.keys
    )
    return (
        str(client.client_id),
        client.name,
        client.policy,
        str(client.first_activity_id),
        _rules(client.rules),
        "\n".join(_sides(client)),
        keys_shown,
    )


def client_document(client: Client, uses: Uses) -> dict[str, object]:
    """Return a client as a JSON object."""
    return {
        "ClientId": client.client_id,
        "Name": client.name,
        "OpenActivities": client.policy,
        "FirstActivityId": client.first_activity_id,
        "RequireSignature": client.rules.require_signature,
        "RefuseMalformed": client.rules.refuse_malformed,
        "Senders": sorted(client.senders),
        "PreferredSender": client.preferred_sender,
        "ProviderIds": sorted(client.provider_ids),
        "Keys": [_key_document(pair, uses) for pair in client.keys],
    }


def show_client(client: Client, uses: Uses, *, as_json: bool) -> None:
    """Print a client, as a JSON object or as a table of its own."""
    if as_json:
        print_json(client_document(client, uses))
    else:
        print_table(COLUMNS, [client_row(client, uses)])


def _sides(client: Client) -> Iterator[str]:
    for sender in sorted(client.senders):
        yield f"{sender}, preferred" if sender == client.preferred_sender else sender
    for provider_id in sorted(client.provider_ids):
        yield f"provider {provider_id}"


def _rules(rules: DeliveryRulesChosen) -> str:
    signed = "signed" if rules.require_signature else "any signature"
    return signed + ("" if rules.refuse_malformed else ", malformed answered 200")


def _key_document(pair: KeyPair, uses: Uses) -> dict[str, object]:
    return {
        "KeyId": pair.key_id,
        "Sender": pair.sender,
        "SendersOwnSigningKey": pair.own_signing_key,
        "IssuedAt": pair.issued_at,
        "RetiresAt": pair.retires_at,
        "LastUsedAt": uses.get(pair.key_id),
    }
