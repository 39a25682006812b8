"""The rows of the contract's Representation tables over HTTP."""

import pytest

from tests.callers import Caller
from tests.interfaces.webhook.test_endpoint import FORM, body

JSON, TEXT_JSON = "application/json", "text/json"
XML, TEXT_XML = "application/xml", "text/xml"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
XML_BODY = (
    "<ServiceChannelWorkOrderEventResponse"
    ' xmlns="http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel">'
    "<Object><Id>7</Id></Object></ServiceChannelWorkOrderEventResponse>"
)
SENT = {JSON: body(), TEXT_JSON: body(), XML: XML_BODY, TEXT_XML: XML_BODY, FORM: "Object.Id=7"}
INT = '<int xmlns="http://schemas.microsoft.com/2003/10/Serialization/">1</int>'
NIL = (
    '<int i:nil="true" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns="http://schemas.microsoft.com/2003/10/Serialization/" />'
)

ACCEPTED = [
    *((JSON, asked, asked) for asked in (JSON, TEXT_JSON, XML, TEXT_XML)),
    *((asked, None, asked) for asked in (JSON, TEXT_JSON, XML, TEXT_XML)),
    (FORM, None, JSON),
    (JSON, "Text/XML", TEXT_XML),
    (TEXT_XML, "*/*", JSON),
    (TEXT_XML, "application/*", JSON),
    (XML, "text/*", TEXT_JSON),
    (JSON, "text/xml, application/xml", TEXT_XML),
    (JSON, "application/xml, application/json", JSON),
    (JSON, "application/*, text/xml", TEXT_XML),
    (JSON, "application/xml;q=0.5, application/json;q=0.9", JSON),
    (JSON, BROWSER, XML),
    (TEXT_XML, "image/png", TEXT_XML),
    (TEXT_XML, "garbage;;", TEXT_XML),
    (TEXT_XML, "application/json;q=0", TEXT_XML),
    (JSON, "image/png", JSON),
]


@pytest.mark.parametrize(
    ("media_type", "accept", "answered"),
    [pytest.param(*row, id=f"{row[0]} asking {row[1] or 'nothing'}") for row in ACCEPTED],
)
def test_accept(caller: Caller, media_type: str, accept: str | None, answered: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    answer = caller.post(SENT[media_type], media_type, headers)
    assert answer.headers["content-type"] == f"{answered}; charset=utf-8"
    assert answer.text == (INT if "xml" in answered else "1")
    refused = caller.call("GET", headers={**headers, "Content-Type": media_type})
    assert refused.headers["content-type"] == f"{answered}; charset=utf-8"
    said = "The requested resource does not support http method 'GET'."
    assert refused.text == (
        f"<Error><Message>{said}</Message></Error>"
        if "xml" in answered
        else f'{{"Message":"{said}"}}'
    )


def test_several_accept_headers_are_one(caller: Caller) -> None:
    headers = [("Content-Type", JSON), ("Accept", "image/png"), ("Accept", TEXT_XML)]
    answer = caller.call("POST", content=body(), headers=headers)
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize("media_type", [TEXT_XML, "text/plain", None])
def test_a_ping_of_any_media_type_is_answered_in_json(
    caller: Caller, media_type: str | None
) -> None:
    answer = caller.post("", media_type)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.text == "null"


def test_none_in_xml(caller: Caller) -> None:
    assert caller.post("", None, {"Accept": XML}).text == NIL


@pytest.mark.parametrize("accept", [XML, TEXT_XML])
def test_an_error_in_xml(caller: Caller, accept: str) -> None:
    answer = caller.post(body(), "text/pl<&ain", {"Accept": accept})
    assert answer.status_code == 415
    assert answer.text.startswith(
        "<Error><Message>The request entity's media type 'text/pl&lt;&amp;ain'"
    )
