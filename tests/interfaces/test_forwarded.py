"""From whom a request counts as coming where a proxy passes it on."""

import asyncio
from typing import Any

import pytest

from interfaces.forwarded import ForwardedRequests
from interfaces.standby import StandbyConfig

PROXY, STRANGER, SENDER = "127.0.0.1", "192.0.2.7", "198.51.100.9"


def seen(
    client: str, *headers: tuple[bytes, bytes], trusted: str | None = PROXY
) -> tuple[str, str]:
    """Return who seems to have sent it, and over which scheme; `None` trusts as `serve` does."""
    found: list[tuple[str, str]] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        found.append((scope["client"][0], scope["scheme"]))

    async def play() -> None:
        scope = {"type": "http", "scheme": "http", "client": (client, 5), "headers": list(headers)}
        if trusted is None:
            config = StandbyConfig(application, log_config=None)
            config.load()
            await config.loaded_app(scope, None, None)
        else:
            await ForwardedRequests(application, trusted)(scope, None, None)

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


def test_by_itself_a_proxy_on_this_machine_is_believed() -> None:
    assert seen(PROXY, FOR, trusted=None) == (SENDER, "http")
    assert seen(STRANGER, FOR, trusted=None) == (STRANGER, "http")


def test_whom_else_to_believe_is_told_by_uvicorns_own_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", STRANGER)
    assert seen(STRANGER, FOR, trusted=None) == (SENDER, "http")
