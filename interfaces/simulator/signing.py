"""How the sender signs a body.

Source: ServiceChannel, Receive events and respond.
"""

from base64 import b64encode
from hmac import digest


def sending_headers(body: bytes, signing_key: str) -> dict[str, str]:
    """Return the headers of one POST; the key's text is taken as UTF-8, not decoded."""
    signature = digest(signing_key.encode(), body, "sha256")
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Sign-Type": "HMACSHA256",
        "Sign-Data": b64encode(signature).decode(),
    }
