"""Whatever stands in the path: a slash too many loses nothing, and nothing makes a 500."""

from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.callers import Caller
from tests.interfaces.sockets import ask
from tests.interfaces.webhook.test_endpoint import body


def deliver(caller: Caller, path: str) -> int:
    query = "&".join(f"{name}={quote(key, safe='')}" for name, key in caller.query.items())
    sent = body().encode()
    head = f"POST {path}?{query} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return ask(caller, f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent).status


@pytest.mark.parametrize(
    "shape",
    [
        "//v1/Clients/{}/ServiceChannelWorkOrders",
        "/v1//Clients/{}/ServiceChannelWorkOrders",
        "/v1/Clients//{}/ServiceChannelWorkOrders",
        "/v1/Clients/{}//ServiceChannelWorkOrders",
        "/v1/Clients/{}/ServiceChannelWorkOrders//",
        "/v1/Clients/{}%2f%2fServiceChannelWorkOrders",
    ],
)
def test_a_slash_too_many_loses_no_delivery(caller: Caller, shape: str) -> None:
    assert deliver(caller, shape.format(caller.keys.client_id)) == 200
    assert caller.history(7).version > 0


def test_other_letters_that_fold_to_the_same_are_another_path(caller: Caller) -> None:
    path = f"/v1/Clients/{caller.keys.client_id}/ServiceChannelWorkOrder%C5%BF"
    assert deliver(caller, path) == 404


PIECES = [
    *("/", "//", "v1", "V1", "Clients", "7", "ServiceChannelWorkOrders", "Activities", "docs"),
    *("%2f", "%2F%2f", "%00", "%0a", "%ff", "%C3%A9", "..", ".", "%2e%2e", ";", "{"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_path_makes_a_fault(caller: Caller, pieces: list[str]) -> None:
    assert deliver(caller, "/" + "".join(pieces)) in {200, 400, 401, 404, 405}
    assert "Traceback" not in caller.service.log.read_text()
