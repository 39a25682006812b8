"""What a client may choose: to require signatures, and how malformed bodies are answered."""

import base64
import hashlib
import hmac

import httpx
import pytest

from tests.callers import Caller
from tests.interfaces.webhook.test_endpoint import body
from tests.waiting import until

OWN_KEY = "made by the sender+itself/="


def sign(sent: str, key: str = OWN_KEY) -> dict[str, str]:
    digest = hmac.digest(key.encode(), sent.encode(), hashlib.sha256)
    return {"Sign-Type": "HMACSHA256", "Sign-Data": base64.b64encode(digest).decode()}


def deliver(caller: Caller, headers: dict[str, str]) -> httpx.Response:
    return caller.post(body(), headers=headers)


@pytest.fixture
def signing(caller: Caller) -> Caller:
    """A client whose sender brought its own signing key, and that requires signatures."""
    client = str(caller.keys.client_id)
    issued = caller.adapters.clients.add_keys(client, "tests", "Provider", OWN_KEY)
    caller.adapters.clients.change(client, "tests", None, True, None)
    caller.query = {"accessKey": issued.access_key, "signingKey": OWN_KEY}
    return caller


def test_where_signatures_are_required_a_verified_delivery_is_recorded(signing: Caller) -> None:
    assert deliver(signing, sign(body())).text == "1"
    assert signing.history(7).moments[0].recorded.metadata.signature == "verified"


@pytest.mark.parametrize(
    "headers", [{}, sign(body(), "another key"), sign("another body")],
    ids=["unsigned", "another key", "another body"],
)  # fmt: skip
def test_where_signatures_are_required_any_other_is_refused_like_a_wrong_key(
    signing: Caller, headers: dict[str, str]
) -> None:
    answer = deliver(signing, headers)
    assert answer.status_code == 401
    assert answer.json() == {"Message": "Authorization has been denied for this request."}


def test_otherwise_a_mismatch_is_recorded_and_warned_of(caller: Caller) -> None:
    client = str(caller.keys.client_id)
    issued = caller.adapters.clients.add_keys(client, "tests", "Provider", OWN_KEY)
    caller.query = {"accessKey": issued.access_key, "signingKey": OWN_KEY}
    answer = deliver(caller, sign(body(), "regenerated"))
    assert answer.text == "1"
    assert caller.history(7).moments[0].recorded.metadata.signature == "mismatch"
    assert answer.headers["worktrail-delivery"] in caller.service.log.read_text()


def test_a_malformed_body_can_be_answered_200_null_and_is_kept(caller: Caller) -> None:
    caller.adapters.clients.change(str(caller.keys.client_id), "tests", None, None, False)
    # A service that looked at the client before the change sees it within seconds.
    until(lambda: caller.post("{bad").status_code == 200)
    answer = caller.post("{bad")
    assert (answer.status_code, answer.text) == (200, "null")
    assert answer.headers["worktrail-verdict"] == "quarantined"
    assert "delivery.quarantined.v1" in caller.names()
