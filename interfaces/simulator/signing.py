"""How the sender signs a body.

Source: ServiceChannel, Receive events and respond.
"""

from base64 import b64encode
from hmac import digest

from msgspec import Struct

from interfaces.simulator.dates import Instant


class SigningKeys(Struct, frozen=True):
    """The key with which the sender signs, and the one that it makes in its place.

    `regenerated_at` is the simulated instant from which on the second one signs, null: never.
    """

    first: str
    second: str
    regenerated_at: Instant | None = None

    def at(self, moment: Instant) -> str:
        """Return the key with which a body sent at this instant is signed."""
        regenerated = self.regenerated_at is not None and moment >= self.regenerated_at
        return self.second if regenerated else self.first


def sending_headers(body: bytes, signing_key: str) -> dict[str, str]:
    """Return the headers of one POST; the key's text is taken as UTF-8, not decoded."""
    signature = digest(signing_key.encode(), body, "sha256")
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Sign-Type": "HMACSHA256",
        "Sign-Data": b64encode(signature).decode(),
    }
