"""From whom a request counts as coming where a proxy passes it on."""

import asyncio
from typing import Any

import pytest

from interfaces.forwarded import ForwardedRequests

PROXY, STRANGER, SENDER = "127.0.0.1", "192.0.2.7", "198.51.100.9"


def seen(client: str, *headers: tuple[bytes, bytes]) -> tuple[str, str]:
    """Return who seems to have sent it, and over which scheme."""
    found: list[tuple[str, str]] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        found.append((scope["client"][0], scope["scheme"]))

    async def play() -> None:
        scope = {"type": "http", "scheme": "http", "client": (client, 5), "headers": list(headers)}
        await ForwardedRequests(application, [PROXY])(scope, None, None)

    asyncio.run(play())
    return found[0]


FOR, PROTO = (b"x-forwarded-for", SENDER.encode()), (b"x-forwarded-proto", b"https")


@pytest.mark.parametrize(
    ("client", "headers", "expected"),
    [
        pytest.param(PROXY, (), (PROXY, "http"), id="says nothing"),
        pytest.param(PROXY, (FOR,), (SENDER, "http"), id="says for whom"),
        pytest.param(PROXY, ((b"host", b"x"), PROTO), (PROXY, "https"), id="says over what"),
        pytest.param(PROXY, (FOR, PROTO), (SENDER, "https"), id="says both"),
        pytest.param(STRANGER, (FOR, PROTO), (STRANGER, "http"), id="not trusted"),
    ],
)
def test_a_proxy_that_is_trusted_is_believed(
    client: str, headers: tuple[tuple[bytes, bytes], ...], expected: tuple[str, str]
) -> None:
    assert seen(client, *headers) == expected
