"""The rows of the contract's Request table, and of its keys, over HTTP."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from domain.activity import ReportContent, WorkOrderReported
from domain.client import AttemptsRefused, PingsSeen
from domain.document import decode
from tests.application.whole_log import WholeLog
from tests.callers import Caller
from tests.interfaces.webhook.test_endpoint import FORM, body
from tests.running import Service
from tests.waiting import until

OWN_KEY = "made+by/the sender=&%é"
TYPED = {"Content-Type": "application/json"}


def said(caller: Caller) -> Any:
    """Return the object of the first report on work order 7."""
    event = caller.history(7).moments[0].recorded.event
    assert isinstance(event, WorkOrderReported)
    assert isinstance(event.content, ReportContent)
    document: Any = decode(event.content.notification)
    return document["Object"]


@pytest.mark.parametrize("cased", [str.lower, str.upper])
@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{0}", id="8-4-4-4-12"),
        pytest.param("{1}", id="32 digits"),
        pytest.param("{{{0}}}", id="braces"),
        pytest.param("%7B{0}%7D", id="escaped braces"),
        pytest.param("%7b{0}%7d", id="escaped braces in lower case"),
        pytest.param("({0})", id="parentheses"),
        pytest.param("%28{0}%29", id="escaped parentheses"),
    ],
)
def test_client_id(caller: Caller, written: str, cased: Callable[[str], str]) -> None:
    digits = caller.keys.client_id
    segment = written.format(cased(str(digits)), cased(digits.hex))
    answer = caller.call("POST", f"/v1/Clients/{segment}/ServiceChannelWorkOrders", content=b"")
    assert (answer.status_code, answer.text) == (200, "null")


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("{0}0", id="a digit more"),
        pytest.param("{{{1}}}", id="32 digits in braces"),
        pytest.param("{{{0})", id="brackets of two kinds"),
        pytest.param("{0}%20", id="a space"),
        pytest.param("%00{0}", id="NUL"),
    ],
)
def test_what_is_no_client_id(caller: Caller, written: str) -> None:
    segment = written.format(caller.keys.client_id, caller.keys.client_id.hex)
    path = f"/v1/Clients/{segment}/ServiceChannelWorkOrders"
    assert caller.call("POST", path, content=body(), headers=TYPED).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/V1/CLIENTS/{}/SERVICECHANNELWORKORDERS", id="upper case"),
        pytest.param("/v1/clients/{}/servicechannelworkorders/", id="trailing slash"),
        pytest.param("/v1/Clients/{}/%53erviceChannelWorkOrders", id="percent-encoded"),
    ],
)
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(("ACCESSKEY", "SIGNINGKEY"), id="upper case"),
        pytest.param(("%61ccessKey", "signing%4Bey"), id="percent-encoded"),
    ],
)
def test_path_and_query_keys(caller: Caller, path: str, names: tuple[str, str]) -> None:
    pairs = zip(names, caller.query.values(), strict=True)
    query = "&".join(f"{name}={value}" for name, value in pairs)
    url = f"{path.format(caller.keys.client_id)}?unrelated=1&{query}&&x"
    assert caller.call("POST", url, params=None, content=b"").text == "null"


@pytest.fixture
def own_caller(caller: Caller) -> Caller:
    """A client whose sender made the signing key itself."""
    client_id = str(caller.keys.client_id)
    issued = caller.adapters.clients.add_keys(client_id, "tests", "made", OWN_KEY)
    caller.query = {"accessKey": issued.access_key, "signingKey": OWN_KEY}
    return caller


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(quote(OWN_KEY, safe=""), id="percent-encoded"),
        pytest.param(quote(OWN_KEY, safe="+/="), id="an unescaped plus arrives as a space"),
        pytest.param(OWN_KEY.replace(" ", "+").translate({43: "%20", 38: "%26", 37: "%25", 32: "+"})
                     .replace("é", "%C3%A9"), id="spaces for every plus"),
    ],
)  # fmt: skip
def test_keys_as_given_and_with_spaces_read_as_plus(caller: Caller, written: str) -> None:
    made = OWN_KEY.replace(" ", "+")
    client_id = str(caller.keys.client_id)
    for signing_key in {made, OWN_KEY} if written == quote(OWN_KEY, safe="") else {made}:
        access_key = caller.adapters.clients.add_keys(
            client_id, "tests", "made", signing_key
        ).access_key
        spelled = quote(signing_key, safe="") if written == quote(OWN_KEY, safe="") else written
        url = f"{caller.path}?accessKey={access_key}&signingKey={spelled}"
        assert caller.call("POST", url, params=None, content=b"").text == "null"


XML = (
    "<ServiceChannelWorkOrderEventResponse"
    ' xmlns="http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel">'
    "<Object><Id>7</Id><Caller>é😀</Caller></Object></ServiceChannelWorkOrderEventResponse>"
)
JSON = '{"Object":{"Id":7,"Caller":"é😀"}}'
FORM_TEXT = "Object.Id=7&Object.Caller=é😀"


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        pytest.param("application/json", JSON, id="application-json"),
        pytest.param("text/json", JSON, id="text-json"),
        pytest.param("application/xml", XML, id="application-xml"),
        pytest.param("text/xml", XML, id="text-xml"),
        pytest.param(FORM, FORM_TEXT, id="form"),
        pytest.param("APPLICATION/JSON", JSON, id="upper case"),
    ],
)
@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        pytest.param("", "utf-8", id="none"),
        pytest.param("", "utf-8-sig", id="utf-8 with mark"),
        pytest.param("; charset=utf-8", "utf-8", id="utf-8"),
        pytest.param("", "utf-16", id="utf-16 by mark"),
        pytest.param('; charset="UTF-16"', "utf-16-le", id="utf-16 declared"),
        pytest.param("; charset=klingon", "utf-8", id="unknown"),
    ],
)
def test_media_types_and_charsets(
    caller: Caller, media_type: str, sent: str, charset: str, encoding: str
) -> None:
    answer = caller.post(sent.encode(encoding), media_type + charset)
    assert (answer.status_code, answer.headers["worktrail-verdict"]) == (200, "recorded")
    assert answer.headers["content-type"].endswith("; charset=utf-8")
    assert said(caller)["Caller"] == "é😀"


@pytest.mark.parametrize(
    "media_type", ["application/json;", "application/vnd.x+json", "application/soap+xml", "*/*"]
)
def test_media_types_that_are_415(caller: Caller, media_type: str) -> None:
    assert caller.post(body(), media_type).status_code == 415


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate", "identity, gzip", "nonsense"])
def test_a_content_encoding_is_415(caller: Caller, encoding: str) -> None:
    answer = caller.post(body(), headers={"Content-Encoding": encoding})
    named = encoding.rpartition(" ")[2]
    assert answer.status_code == 415
    assert answer.json() == {
        "Message": f"The request entity's content encoding '{named}' is not supported for this "
        "resource."
    }
    assert answer.headers["accept-encoding"] == "identity"


def test_the_identity_encoding_is_none(caller: Caller) -> None:
    assert caller.post(body(), headers={"Content-Encoding": "Identity"}).text == "1"


@pytest.fixture(scope="module")
def large(shared_schema_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Caller]:
    """A client of a service that takes 16 MiB."""
    service = Service(shared_schema_url, tmp_path_factory.mktemp("large"))
    service.environment["WORKTRAIL_MAX_BODY_BYTES"] = str(16 * 1024 * 1024)
    with service.running():
        caller = Caller(service)
        yield caller
        caller.close()


@pytest.mark.parametrize("size", [4 * 1024 * 1024, 4 * 1024 * 1024 + 1])
def test_size_4_mib_unless_configured(caller: Caller, size: int) -> None:
    answer = caller.post(body().ljust(size))
    assert answer.status_code == (200 if size == 4 * 1024 * 1024 else 413)
    if answer.status_code == 413:
        assert answer.json() == {"Message": "The request entity is larger than 4194304 bytes."}


def test_size_16_mib_when_configured(large: Caller) -> None:
    notes = [{"Id": number, "NoteData": "n" * 80_000} for number in range(200)]
    sent = body(Notes=notes).ljust(16 * 1024 * 1024)
    assert large.post(sent).text == "1"
    assert said(large)["Notes"][199]["NoteData"] == "n" * 80_000
    assert large.post(sent + " ").status_code == 413


def signed(sent: str, key: str) -> dict[str, str]:
    digest = hmac.digest(key.encode(), sent.encode(), hashlib.sha256)
    return {"Sign-Data": base64.b64encode(digest).decode(), "Sign-Type": "HMACSHA256"}


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        pytest.param(OWN_KEY, "verified", id="verified"),
        pytest.param("another", "mismatch", id="mismatch"),
        pytest.param(None, "unsigned", id="unsigned"),
    ],
)
def test_sign_data_with_the_senders_own_key(
    own_caller: Caller, key: str | None, verdict: str
) -> None:
    answer = own_caller.post(body(), headers=signed(body(), key) if key else {})
    assert (answer.status_code, answer.text) == (200, "1")
    metadata = own_caller.history(7).moments[0].recorded.metadata
    assert (metadata.signature, metadata.sender) == (verdict, "made")


def test_sign_data_with_a_key_of_ours_is_unverifiable(caller: Caller) -> None:
    caller.post(body(), headers=signed(body(), caller.query["signingKey"]))
    assert caller.history(7).moments[0].recorded.metadata.signature == "unverifiable"


def test_a_retired_key_is_refused_within_5_s_and_one_issued_elsewhere_works_at_once(
    caller: Caller,
) -> None:
    assert caller.post("").status_code == 200
    clients, client_id = caller.adapters.clients, str(caller.keys.client_id)
    issued = clients.add_keys(client_id, "tests", "second", None)
    clients.retire_keys(client_id, "tests", caller.keys.key_id)
    old = caller.query
    caller.query = {"accessKey": issued.access_key, "signingKey": issued.signing_key or ""}
    assert caller.post("").status_code == 200
    caller.query = old
    until(lambda: caller.post("").status_code == 401, 5)


def test_refused_attempts_and_pings_are_counted_at_the_latest_when_the_service_stops(
    shared_schema_url: str, folder: Path
) -> None:
    with Service(shared_schema_url, folder).running() as service:
        caller = Caller(service)
        for sent in ("", "null", " "):
            assert caller.post(sent).text == "null"
        caller.query["accessKey"] = "wrong"
        for _ in range(2):
            assert caller.post(body()).status_code == 401
    recorded = WholeLog(caller.adapters.database).events()
    mine = [it.event for it in recorded if it.client_id == caller.keys.client_id]
    assert sum(it.count for it in mine if isinstance(it, PingsSeen)) == 3
    refused = [it for it in mine if isinstance(it, AttemptsRefused)]
    assert sum(it.count for it in refused) == 2
    assert {it.source for it in refused} == {"127.0.0.1"}
    caller.close()


def test_every_note_of_200_is_kept(caller: Caller) -> None:
    notes = [{"Id": 2**31 + number, "NoteData": f"note {number} 😀"} for number in range(200)]
    assert caller.post(json.dumps({"Object": {"Id": 7, "Notes": notes}})).text == "1"
    assert len(said(caller)["Notes"]) == 200
