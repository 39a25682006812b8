"""The webhook's URL, whose query carries two secrets."""

import httpx
from msgspec import Struct

from interfaces.simulator.errors import SimulationError

_KEYS = ("accessKey", "signingKey")


class Address(Struct, frozen=True):
    """Where notifications go: the whole URL, and what of it may be shown."""

    url: str
    shown: str

    def __repr__(self) -> str:
        return f"Address({self.shown!r})"


def address(url: str) -> Address:
    """Read a webhook's URL; raises `SimulationError` where it is none or lacks a key."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        # The parser's own message quotes the URL's parts, keys among them.
        raise SimulationError("The webhook's URL cannot be read.") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise SimulationError("The webhook's URL must begin with http:// or https:// and a host.")
    given = {name.lower() for name, value in parsed.params.multi_items() if value}
    missing = [name for name in _KEYS if name.lower() not in given]
    if missing:
        raise SimulationError(
            f"The webhook's URL lacks {' and '.join(missing)} in its query; "
            "give it whole, in quotes."
        )
    return Address(url, str(parsed.copy_with(query=None, userinfo=b"")))
