"""Clients and their keys as they are printed, without the secrets."""

from domain.client import Client
from domain.credentials import KeyPair
from interfaces.cli.output import shown_time


def client_row(client: Client) -> tuple[str, ...]:
    """Return a client's cells in the list."""
    keys_shown = "\n".join(
        f"{pair.key_id} {pair.sender}, issued {shown_time(pair.issued_at)}"
        + (f", retires {shown_time(pair.retires_at)}" if pair.retires_at else "")
        for pair in client.keys
    )
    return (
        str(client.client_id),
        client.name,
        client.policy,
        str(client.first_activity_id),
        keys_shown,
    )


def client_document(client: Client) -> dict[str, object]:
    """Return a client as a JSON object."""
    return {
        "ClientId": client.client_id,
        "Name": client.name,
        "OpenActivities": client.policy,
        "FirstActivityId": client.first_activity_id,
        "Keys": [_key_document(pair) for pair in client.keys],
    }


def _key_document(pair: KeyPair) -> dict[str, object]:
    return {
        "KeyId": pair.key_id,
        "Sender": pair.sender,
        "SendersOwnSigningKey": pair.own_signing_key,
        "IssuedAt": pair.issued_at,
        "RetiresAt": pair.retires_at,
    }
