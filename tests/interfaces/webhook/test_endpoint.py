"""The endpoint on the running service: what is answered, and what is on record afterwards."""

import json
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest

from domain.activity import ReportContent, WorkOrderReported
from tests.callers import Caller

SAMPLES = Path(__file__).parents[2] / "samples"
FORM = "application/x-www-form-urlencoded"


def body(work_order_id: int = 7, **members: object) -> str:
    return json.dumps(
        {
            "Object": {"Id": work_order_id, "Status": {"Primary": "OPEN"}, **members},
            "Type": "WoRootNotification",
            "Action": "NEW",
            "EventType": "WorkOrderCreated",
        }
    )


def test_the_published_json_sample_is_recorded_and_opens_an_activity(caller: Caller) -> None:
    answer = caller.post((SAMPLES / "notification.json").read_bytes())
    assert (answer.status_code, answer.text) == (200, "1")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["worktrail-verdict"] == "recorded"
    assert UUID(answer.headers["worktrail-delivery"]).version == 7


def test_the_published_xml_sample_is_answered_in_xml(caller: Caller) -> None:
    answer = caller.post((SAMPLES / "notification.xml").read_bytes(), "application/xml")
    expected = '<int xmlns="http://schemas.microsoft.com/2003/10/Serialization/">1</int>'
    assert (answer.status_code, answer.text) == (200, expected)


def test_the_same_facts_as_json_xml_and_form_are_three_reports_on_one_stream(
    caller: Caller,
) -> None:
    form = urlencode({"Object.Id": 1, "Object.Status.Primary": "sample string 1", "Type": "x"})
    answers = [
        caller.post((SAMPLES / "notification.json").read_bytes()),
        caller.post((SAMPLES / "notification.xml").read_bytes(), "text/xml"),
        caller.post(form, FORM),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    history = caller.history(1)
    reported = [type(moment.recorded.event).__name__ for moment in history.moments]
    assert reported == [
        "WorkOrderReported",
        "ActivityOpened",
        "WorkOrderReported",
        "WorkOrderReported",
    ]
    assert history.moments[2].changes == []


def test_the_bytes_that_arrived_are_on_record_exactly(caller: Caller) -> None:
    sent = b'\xef\xbb\xbf  {"object" : {"id": "7"}}\r\n'
    assert caller.post(sent).status_code == 200
    event = caller.history(7).moments[0].recorded.event
    assert isinstance(event, WorkOrderReported)
    assert isinstance(event.content, ReportContent)
    assert event.content.body == sent
    assert event.content.document == b'{"Object":{"Id":"7"}}'


def test_a_redelivery_is_repeated_and_answers_the_same_id(caller: Caller) -> None:
    first, second = caller.post(body()), caller.post(body())
    assert first.text == second.text == "1"
    assert second.headers["worktrail-verdict"] == "repeated"


def test_without_an_activity_the_answer_is_null(waiting_caller: Caller) -> None:
    answer = waiting_caller.post(body())
    assert (answer.status_code, answer.text) == (200, "null")
    assert answer.headers["worktrail-verdict"] == "recorded"


@pytest.mark.parametrize(
    ("sent", "verdict", "names"),
    [
        (body(Source="WebhookTest"), "test", ["work-order.reported.v1"]),
        ('{"EventType":"InvoiceCreated","Object":{"Id":1}}', "unrelated",
         ["delivery.quarantined.v1"]),
        ('{"Object":{"Number":"12"}}', "quarantined", ["delivery.quarantined.v1"]),
        ("[1, 2]", "quarantined", ["delivery.quarantined.v1"]),
        ("null", None, []),
        ("", None, []),
    ],
    ids=["test", "unrelated", "no work order", "no object", "null", "ping"],
)  # fmt: skip
def test_what_updates_no_activity_is_answered_200_null(
    caller: Caller, sent: str, verdict: str | None, names: list[str]
) -> None:
    answer = caller.post(sent)
    assert (answer.status_code, answer.text) == (200, "null")
    assert answer.headers.get("worktrail-verdict") == verdict
    assert [name for name in caller.names() if not name.startswith("client")] == names


def test_a_test_notification_updates_no_activity_however_often_it_comes(caller: Caller) -> None:
    caller.post(body())
    answers = [caller.post(body(Source="WebhookTest")) for _ in range(2)]
    assert [answer.text for answer in answers] == ["null", "null"]
    assert [answer.headers["worktrail-verdict"] for answer in answers] == ["test", "repeated"]


@pytest.mark.parametrize("content_type", ["text/plain", None])
def test_a_ping_needs_no_media_type(caller: Caller, content_type: str | None) -> None:
    assert caller.post("", content_type).text == "null"


@pytest.mark.parametrize(
    ("sent", "content_type", "place"),
    [
        ('{"Object": {"Id": 7,}}', "application/json", "line 1, column 21"),
        ("<a><b></a>", "text/xml", "line 1"),
        ("<!DOCTYPE a><a/>", "application/xml", "DOCTYPE"),
        ("Object[Id=7", FORM, "key 1"),
    ],
)
def test_a_malformed_body_is_refused_with_its_place_and_its_bytes_are_kept(
    caller: Caller, sent: str, content_type: str, place: str
) -> None:
    answer = caller.post(sent, content_type, {"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["Message"] == "The request is invalid."
    assert place in answer.json()["ModelState"]["workOrder"][0]
    assert answer.headers["worktrail-verdict"] == "quarantined"
    assert caller.post(sent, content_type).status_code == 400
    kept = [name for name in caller.names() if name.startswith("delivery")]
    assert kept == ["delivery.quarantined.v1", "delivery.quarantined-again.v1"]


@pytest.mark.parametrize("missing", ["accessKey", "signingKey"])
@pytest.mark.parametrize("given", [None, ""])
def test_a_missing_key_is_named_and_no_value_is_echoed(
    caller: Caller, missing: str, given: str | None
) -> None:
    query = {name: value for name, value in caller.query.items() if name != missing}
    if given is not None:
        query[missing] = given
    answer = caller.call("POST", params=query, content=b"{}")
    assert answer.status_code == 401
    assert missing in answer.json()["Message"]
    assert not any(key in answer.text for key in caller.query.values())


@pytest.mark.parametrize("wrong", ["accessKey", "signingKey", "client"])
def test_every_wrong_credential_gets_the_same_answer(caller: Caller, wrong: str) -> None:
    path = caller.path.replace(str(caller.keys.client_id), str(UUID(int=7)))
    answer = caller.call(
        "POST",
        path if wrong == "client" else None,
        params={**caller.query, wrong: "wrong"} if wrong != "client" else caller.query,
        content=body().encode(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 401
    assert answer.json() == {"Message": "Authorization has been denied for this request."}
    assert "worktrail-verdict" not in answer.headers


def test_a_repeated_key_is_refused(caller: Caller) -> None:
    query = [*caller.query.items(), ("ACCESSKEY", caller.keys.access_key)]
    assert caller.call("POST", params=query, content=b"").status_code == 400


def test_path_and_query_names_count_in_any_case_and_a_trailing_slash_is_taken(
    caller: Caller,
) -> None:
    query = {name.upper(): value for name, value in caller.query.items()}
    answer = caller.call("POST", caller.path.upper() + "/", params=query, content=b"")
    assert (answer.status_code, answer.text) == (200, "null")


@pytest.mark.parametrize("written", ["{}", "%7B{}%7D", "({})"])
def test_the_client_id_is_taken_in_brackets(caller: Caller, written: str) -> None:
    client_id = str(caller.keys.client_id)
    path = caller.path.replace(client_id, written.replace("{}", client_id))
    assert caller.call("POST", path, content=b"").status_code == 200


def test_a_client_id_that_is_no_guid_is_invalid(caller: Caller) -> None:
    answer = caller.call(
        "POST",
        "/v1/Clients/12/ServiceChannelWorkOrders",
        content=b"{}",
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()) == (400, {"Message": "The request is invalid."})


@pytest.mark.parametrize("content_type", ["text/plain", "application/json;", None])
def test_other_media_types_are_not_supported(caller: Caller, content_type: str | None) -> None:
    answer = caller.post(body(), content_type)
    assert answer.status_code == 415
    assert "is not supported for this resource." in answer.json()["Message"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(caller: Caller, method: str) -> None:
    answer = caller.call(method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    if method != "HEAD":
        expected = f"The requested resource does not support http method '{method}'."
        assert answer.json() == {"Message": expected}


def test_a_body_over_the_size_is_refused(caller: Caller) -> None:
    answer = caller.post(b" " * 4_194_305)
    assert answer.status_code == 413


def test_an_unknown_path_is_answered_in_the_contracts_form(caller: Caller) -> None:
    answer = caller.call("GET", "/nothing/here")
    expected = {"Message": "No HTTP resource was found that matches the request URI."}
    assert (answer.status_code, answer.json()) == (404, expected)


def test_no_key_reaches_the_log_or_an_answer(caller: Caller) -> None:
    answers = [
        caller.post(body()),
        caller.post("{bad"),
        caller.post(body(), "text/plain"),
        caller.call("GET"),
        caller.call("GET", "/nothing/here"),
        caller.call("GET", "/health/ready"),
        caller.call("POST", params={**caller.query, "signingKey": "wrong"}, content=b""),
    ]
    seen = caller.service.log.read_text() + "".join(
        answer.text + str(answer.headers) for answer in answers
    )
    assert not any(key in seen for key in caller.query.values())
