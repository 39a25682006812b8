"""The rows of the contract's Answer table over HTTP, and the order in which refusals come."""

import json

import httpx
import pytest

from tests.callers import Caller
from tests.interfaces.webhook.test_endpoint import FORM, body

TYPED = {"Content-Type": "application/json"}
WRONG = "/v1/Clients/12/ServiceChannelWorkOrders"
INVALID = "The request is invalid."
XML_BODY = (
    "<ServiceChannelWorkOrderEventResponse"
    ' xmlns="http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel">'
    "{}</ServiceChannelWorkOrderEventResponse>"
)


@pytest.mark.parametrize("media_type", ["application/json", "text/xml", FORM])
def test_recorded_then_repeated_with_an_activity(caller: Caller, media_type: str) -> None:
    sent = {
        "application/json": body(),
        "text/xml": XML_BODY.format("<Object><Id>7</Id></Object>"),
        FORM: "Object.Id=7",
    }[media_type]
    answers = [caller.post(sent, media_type, {"Accept": "application/json"}) for _ in range(2)]
    assert [answer.text for answer in answers] == ["1", "1"]
    verdicts = [answer.headers["worktrail-verdict"] for answer in answers]
    assert verdicts == ["recorded", "repeated"]


def test_recorded_then_repeated_without_an_activity(waiting_caller: Caller) -> None:
    answers = [waiting_caller.post(body()) for _ in range(2)]
    assert [answer.text for answer in answers] == ["null", "null"]
    verdicts = [answer.headers["worktrail-verdict"] for answer in answers]
    assert verdicts == ["recorded", "repeated"]


def test_a_test_notification_opens_nothing_even_beside_an_activity(caller: Caller) -> None:
    answer = caller.post(body(Source="WebhookTest"))
    assert (answer.text, answer.headers["worktrail-verdict"]) == ("null", "test")
    assert caller.post(body()).text == "1"


@pytest.mark.parametrize(
    "told",
    [
        pytest.param({"EventType": "InvoiceCreated", "Object": {"Id": 1}}, id="invoice"),
        pytest.param({"EventType": "ProposalApproved", "Object": {"Id": 1}}, id="proposal"),
        pytest.param({"Type": "GenericRootNotification", "Object": {"Id": 1}}, id="generic"),
    ],
)
def test_about_another_object_type(caller: Caller, told: object) -> None:
    answer = caller.post(json.dumps(told))
    assert (answer.status_code, answer.text) == (200, "null")
    assert answer.headers["worktrail-verdict"] == "unrelated"


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        pytest.param("application/json", "{}", id="JSON"),
        pytest.param("application/json", '{"Object":{"Id":"abc"}}', id="an id that is none"),
        pytest.param("application/json", '"text"', id="JSON text"),
        pytest.param("text/xml", XML_BODY.format(""), id="XML"),
        pytest.param("text/xml", "<int>1</int>", id="another root"),
        pytest.param(FORM, "a=b", id="form"),
    ],
)
def test_no_work_order_can_be_read_in_it(caller: Caller, media_type: str, sent: str) -> None:
    answer = caller.post(sent, media_type, {"Accept": "application/json"})
    assert (answer.status_code, answer.text) == (200, "null")
    assert answer.headers["worktrail-verdict"] == "quarantined"


@pytest.mark.parametrize("media_type", [None, "", "text/plain", "image/png", "text/xml", FORM])
def test_an_empty_body_with_any_or_no_media_type(caller: Caller, media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    answer = caller.call("POST", content=b"", headers=headers)
    assert (answer.status_code, answer.text) == (200, "null")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert "worktrail-verdict" not in answer.headers
    assert not [name for name in caller.names() if not name.startswith("client")]


@pytest.mark.parametrize("media_type", ["application/json", "text/xml", FORM])
def test_malformed(caller: Caller, media_type: str) -> None:
    answer = caller.post("<a[", media_type, {"Accept": "application/json"})
    assert answer.status_code == 400
    told = answer.json()
    assert list(told) == ["Message", "ModelState"]
    assert told["Message"] == INVALID
    assert [*map(len, told["ModelState"].values())] == [1]
    assert answer.headers["worktrail-verdict"] == "quarantined"


@pytest.mark.parametrize("accept", ["application/xml", "text/xml"])
def test_malformed_in_xml_has_a_model_state(caller: Caller, accept: str) -> None:
    answer = caller.post("{", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (400, f"{accept}; charset=utf-8")
    assert answer.text.startswith(
        f"<Error><Message>{INVALID}</Message><ModelState><workOrder>line 1"
    )
    assert answer.text.endswith("</workOrder></ModelState></Error>")


FAULTS: list[tuple[str, int]] = [
    ("method", 405),
    ("key", 401),
    ("media type", 415),
    ("GUID", 400),
    ("credentials", 401),
    ("size", 413),
]


def faulty(caller: Caller, faults: set[str]) -> httpx.Response:
    """Call with all of the faults at once."""
    query = dict(caller.query)
    if "credentials" in faults:
        query["accessKey"] = "wrong"
    if "key" in faults:
        del query["signingKey"]
    media_type = "text/plain" if "media type" in faults else "application/json"
    return caller.call(
        "PUT" if "method" in faults else "POST",
        WRONG if "GUID" in faults else caller.path,
        params=query,
        content=b"{" * (4_194_305 if "size" in faults else 1),
        headers={"Content-Type": media_type},
    )


@pytest.mark.parametrize(("position", "status"), [(n, fault[1]) for n, fault in enumerate(FAULTS)])
def test_failure_order(caller: Caller, position: int, status: int) -> None:
    answer = faulty(caller, {fault for fault, _ in FAULTS[position:]})
    assert answer.status_code == status
    assert "worktrail-delivery" in answer.headers
    assert "worktrail-verdict" not in answer.headers
    words = ["http method 'PUT'", "signingKey", "'text/plain'", INVALID, "denied", "4194304"]
    assert words[position] in answer.json()["Message"]


def test_failure_order_of_a_bad_media_type_and_wrong_credentials(caller: Caller) -> None:
    assert faulty(caller, {"media type", "credentials"}).status_code == 415


@pytest.mark.parametrize("path", ["", "/"])
def test_every_answer_has_a_delivery_id_of_its_own(caller: Caller, path: str) -> None:
    answers = [caller.call("POST", caller.path + path, content=b"") for _ in range(3)]
    assert len({answer.headers["worktrail-delivery"] for answer in answers}) == 3


def test_an_over_sized_body_in_chunks_is_413(caller: Caller) -> None:
    chunks = (b" " * 65_536 for _ in range(65))
    assert caller.call("POST", content=chunks, headers=TYPED).status_code == 413
