"""The address that a sender posts to, as it is pasted at its screen."""

from urllib.parse import urlencode

from application.clients import IssuedKeys


def webhook_url(public_url: str, issued: IssuedKeys, own_signing_key: str | None = None) -> str:
    """Return the address, keys included; `own_signing_key` is the one that the sender made."""
    signing_key = issued.signing_key or own_signing_key or ""
    query = urlencode({"accessKey": issued.access_key, "signingKey": signing_key})
    return f"{public_url}/v1/Clients/{issued.client_id}/ServiceChannelWorkOrders?{query}"
