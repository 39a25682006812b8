"""Bodies that are meant to do harm: none makes a 500, and the process stays small."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from subprocess import check_output

import pytest
from hypothesis import HealthCheck, given, settings

from tests.callers import Caller
from tests.interfaces.sockets import connection
from tests.interfaces.webhook.test_any_body import bodies, media_types
from tests.interfaces.webhook.test_endpoint import FORM, body
from tests.running import Service

MOST_MEGABYTES = 300
LARGE = 4_000_000
JSON, XML = "application/json", "application/xml"
NAMESPACE = "http://schemas.datacontract.org/2004/07/Titan.API.Core.Models.ServiceChannel"
ROOT = f'<ServiceChannelWorkOrderEventResponse xmlns="{NAMESPACE}">'.encode()
END = b"</ServiceChannelWorkOrderEventResponse>"


@pytest.fixture(scope="module")
def besieged(shared_schema_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[Caller]:
    """A client of a service whose memory nobody else uses."""
    with Service(shared_schema_url, tmp_path_factory.mktemp("besieged")).running() as service:
        caller = Caller(service)
        yield caller
        caller.close()


def peak_megabytes(service: Service) -> float:
    """The largest resident memory so far, or today's where the system does not keep it."""
    assert service.process is not None
    status = Path(f"/proc/{service.process.pid}/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    return int(check_output(["ps", "-o", "rss=", "-p", str(service.process.pid)])) / 1024


def filled(start: bytes, piece: bytes, end: bytes) -> bytes:
    """Repeat the piece until the body is nearly as large as bodies may be."""
    return start + piece * ((LARGE - len(start) - len(end)) // len(piece)) + end


LAUGHS = b"".join(
    b'<!ENTITY l%d "%b">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
)
DOCTYPES = {
    "billion laughs": b'<!DOCTYPE a [<!ENTITY l0 "ha">' + LAUGHS + b"]><a>&l9;</a>",
    "quadratic": b'<!DOCTYPE a [<!ENTITY b "' + b"b" * 50_000 + b'">]><a>' + b"&b;" * 50_000,
    "file": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "address": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1:9/"> %b;]><a/>',
    "bare": b"<!DOCTYPE a><a/>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("bomb", DOCTYPES.values(), ids=DOCTYPES)
def test_a_doctype_is_refused_in_every_encoding(
    besieged: Caller, bomb: bytes, encoding: str
) -> None:
    answer = besieged.post(bomb.decode().encode(encoding), XML, {"Accept": JSON})
    assert answer.status_code == 400
    assert "DOCTYPE" in answer.json()["ModelState"]["workOrder"][0]


TORTURE = {
    "deep lists": (JSON, b"[" * 1_000_000, 400),
    "deep objects": (JSON, b'{"Object":' * 400_000, 400),
    "deep and closed": (JSON, b'{"a":' + b"[" * 500_000 + b"]" * 500_000 + b"}", 400),
    "huge integer": (JSON, b'{"Object":{"Id":' + b"9" * 1_000_000 + b"}}", 200),
    "huge exponent": (JSON, b'{"Object":{"Id":1,"Nte":1e999999999999}}', 200),
    "lone surrogates": (JSON, b'{"Object":{"Id":2,"Caller":"\\ud800","\\udfff":1}}', 200),
    "NUL": (JSON, b'{"Object":{"Id":3,"Caller":"a\\u0000b","\\u0000":"\\u0000"}}', 200),
    "bare NUL": (JSON, b'{"Object":{"Id":3}}\x00', 400),
    "duplicate keys": (JSON, b'{"Object":{"Id":4,"Id":"5","id":6},"Object":{"Id":7}}', 200),
    "NaN": (JSON, b'{"Object":{"Id":NaN}}', 400),
    "Infinity": (JSON, b'{"Object":{"Id":1,"Nte":-Infinity}}', 400),
    "trailing garbage": (JSON, b'{"Object":{"Id":8}} true', 400),
    "no UTF-8": (JSON, b'{"Object":{"Id":9,"Caller":"\xff\xfe"}}', 400),
    "astral": (JSON, '{"Object":{"Id":10,"Caller":"😀𝒳"}}'.encode(), 200),
    "zero id": (JSON, b'{"Object":{"Id":0}}', 200),
    "largest id": (JSON, b'{"Object":{"Id":9223372036854775807}}', 200),
    "past the largest id": (JSON, b'{"Object":{"Id":9223372036854775808}}', 200),
    "smallest id": (JSON, b'{"Object":{"Id":-9223372036854775808}}', 200),
    "first and last date": (
        JSON,
        b'{"Object":{"Id":11,"CallDate":"0001-01-01T00:00:00",'
        b'"UpdatedDate_DTO":"9999-12-31T23:59:59.9999999-14:00"}}',
        200,
    ),
    "first date": (JSON, b'{"Object":{"Id":12,"UpdatedDate_DTO":"0001-01-01T00:00+14:00"}}', 200),
    "many lists": (JSON, filled(b'{"a":[', b"[],", b"[]]}"), 400),
    "many objects": (JSON, filled(b'{"a":[', b'{"a":1},', b"{}]}"), 400),
    "open text": (JSON, filled(b'{"a":"', b'\\",', b""), 400),
    "many members": (JSON, filled(b'{"Object":{"Id":13', b',"b":1', b"}}"), 400),
    "large text": (JSON, filled(b'{"Object":{"Id":14,"Caller":"', b"a,[{", b'"}}'), 200),
    "deep elements": (XML, ROOT + b"<a>" * 500_000, 400),
    "many elements": (XML, filled(ROOT, b"<a/>", END), 400),
    "many nested": (XML, filled(ROOT, b"<b><a/></b>", END), 400),
    "many notes": (
        XML,
        filled(ROOT + b"<Object><Id>15</Id><Notes>", b"<ServiceChannelWorkOrderNote/>" + b" " * 9,
               b"</Notes></Object>" + END),
        200,
    ),
    "many attributes": (
        XML, b"<a " + b" ".join(b'a%x=""' % n for n in range(330_000)) + b"/>", 400
    ),
    "character references": (
        XML, filled(ROOT + b"<Object><Id>16</Id><Caller>", b"&#97;", b"</Caller></Object>" + END),
        200,
    ),
    "index bomb": (FORM, b"Object.Notes[999999999].Id=1", 400),
    "endless index": (FORM, b"Object.Notes[" + b"9" * 100 + b"].Id=1", 400),
    "gaps": (FORM, b"Object.Id=17&" + b"&".join(b"a[%d]=1" % n for n in range(0, 9999, 2)), 200),
    "many keys": (FORM, filled(b"Object.Id=18", b"&a=1", b""), 400),
    "deep key": (FORM, b"a" + b".a" * 200 + b"=1", 400),
    "wide keys": (FORM, b"&".join(b"a%d.b.c.d.e.f.g.h=1" % n for n in range(9_999)), 200),
    "many escapes": (FORM, filled(b"Object.Id=19&a=", b"%41", b""), 200),
    "broken escapes": (FORM, b"Object.Id=20&a=%&b=%4&c=%zz&d=%ff%fe&e=%00", 200),
}  # fmt: skip


@pytest.mark.parametrize(("media_type", "sent", "status"), TORTURE.values(), ids=TORTURE)
def test_a_hostile_body_is_read_or_refused(
    besieged: Caller, media_type: str, sent: bytes, status: int
) -> None:
    # A large one can take longer than the sender waits.
    late = {503} if len(sent) > LARGE // 2 else set()
    assert besieged.post(sent, media_type).status_code in {status} | late


@given(media_types, bodies)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_of_any_media_type_are_answered(
    besieged: Caller, media_type: str, sent: bytes
) -> None:
    headers = {b"Content-Type": media_type.encode("utf-8").translate(None, CONTROLS).strip()}
    answer = besieged.call("POST", content=sent, headers=headers)
    assert answer.status_code in {200, 400, 415}


CONTROLS = bytes(range(32)) + b"\x7f"


def test_the_process_stays_small_through_all_of_it_at_once(besieged: Caller) -> None:
    sent = [(hostile, media_type) for media_type, hostile, _ in TORTURE.values()]
    with ExitStack() as idle, ThreadPoolExecutor(8) as senders:
        for _ in range(1_000):
            idle.enter_context(connection(besieged))
        statuses = set(senders.map(lambda it: besieged.post(*it).status_code, sent))
    assert statuses <= {200, 400, 503}
    assert besieged.post(body(99)).status_code == 200
    assert peak_megabytes(besieged.service) < MOST_MEGABYTES
    assert "Traceback" not in besieged.service.log.read_text()
