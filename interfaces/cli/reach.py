"""Whether a client's webhook can be reached at the address that the sender is given."""

from ipaddress import ip_address
from uuid import UUID

import httpx

from domain.set_up import Step

_SECONDS = 5.0


def reach(public_url: str, client_id: UUID, *, is_named: bool) -> Step:
    """Ask the webhook's address for what it does not do, which needs no key and is not counted.

    An address that only this machine reaches will do where it `is_named` as the public one.
    """
    address = f"{public_url}/v1/Clients/{client_id}/ServiceChannelWorkOrders"
    try:
        answer = httpx.get(address, timeout=_SECONDS, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        problem = str(error) or type(error).__name__
        return Step("address", "wrong", f"{public_url} cannot be reached: {problem}.")
    if answer.status_code != httpx.codes.METHOD_NOT_ALLOWED or (
        "worktrail-delivery" not in answer.headers
    ):
        sentence = f"{public_url} answers {answer.status_code}, but it is not this service."
        return Step("address", "wrong", sentence)
    if not _is_local(answer.url.host):
        return Step("address", "done", f"{public_url} answers.")
    if is_named:
        return Step("address", "done", f"{public_url} answers; only this machine reaches it.")
    sentence = f"Only this machine reaches {public_url}: set WORKTRAIL_PUBLIC_URL."
    return Step("address", "waiting", sentence)


def _is_local(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
