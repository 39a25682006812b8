"""One attempt: a POST and its answer.

Source: ServiceChannel, Receive events and respond: an answer must come within five seconds.
"""

import asyncio
import logging
from functools import cache
from http import HTTPStatus
from ssl import SSLContext
from time import monotonic

import httpx
import msgspec
from msgspec import Struct

from interfaces.simulator.address import Address
from interfaces.simulator.errors import SimulationError
from interfaces.simulator.signing import sending_headers

ANSWER_SECONDS = 5.0

_activity_id = msgspec.json.Decoder(int | None)


class Answer(Struct, frozen=True):
    """What a receiver answered, and after how many seconds."""

    status: int
    verdict: str | None
    activity_id: int | None
    seconds: float

    @property
    def acknowledges(self) -> bool:
        """Whether the sender takes the delivery for done."""
        return 200 <= self.status < 300

    @property
    def refuses(self) -> bool:
        """Whether the receiver blames the request."""
        return 400 <= self.status < 500


@cache
def trusted_certificates() -> SSLContext:
    """Return whom to trust over https; reading them takes long enough to do it once."""
    return httpx.create_ssl_context(trust_env=False)


def keep_keys_out_of_logs() -> None:
    """Stop httpx from logging whole URLs, for the webhook's holds two keys."""
    logging.getLogger("httpx").setLevel(logging.WARNING)


async def post(
    client: httpx.AsyncClient, url: httpx.URL, signing_key: str, body: bytes
) -> Answer | None:
    """Post a body; returns `None` where no answer came, or not in time."""
    began = monotonic()
    headers = sending_headers(body, signing_key)
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            response = await client.post(url, content=body, headers=headers)
    except (httpx.RequestError, TimeoutError):
        return None
    return Answer(
        status=response.status_code,
        verdict=response.headers.get("Worktrail-Verdict"),
        activity_id=_read_activity_id(response.content),
        seconds=monotonic() - began,
    )


def knock(address: Address, signing_key: str) -> None:
    """Ping the address once before a play begins.

    Raises `SimulationError` where nothing answers in time, or the answer is 4xx: then no delivery
    would be taken either. Any other answer lets the play begin.
    """
    keep_keys_out_of_logs()
    try:
        response = httpx.post(
            address.url,
            content=b"",
            headers=sending_headers(b"", signing_key),
            timeout=ANSWER_SECONDS,
            verify=trusted_certificates(),
            trust_env=False,
        )
    except httpx.TimeoutException:
        raise SimulationError(
            f"{address.shown} did not answer within {ANSWER_SECONDS:g} seconds."
        ) from None
    except httpx.RequestError as error:
        raise SimulationError(f"{address.shown} cannot be reached: {error}.") from None
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        raise SimulationError(f"{address.shown} does not know this client or these keys (401).")
    if response.is_client_error:
        raise SimulationError(f"{address.shown} answers a ping with {response.status_code}.")


def _read_activity_id(answer: bytes) -> int | None:
    try:
        activity_id: int | None = _activity_id.decode(answer)
    except msgspec.DecodeError:
        # Another receiver may answer as it likes: any 2xx acknowledges, whatever it says.
        return None
    return activity_id
