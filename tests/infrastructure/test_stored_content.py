"""Bodies come back byte for byte through mapper and log, in clear and sealed."""

from uuid import uuid4

import msgspec
import pytest
from Crypto.Cipher import AES
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from domain.activity import ReportContent, WorkOrderReported
from domain.metadata import SealedContent
from domain.quarantine import DeliveryQuarantined, QuarantinedContent
from domain.record import RecordedEvent
from infrastructure.event_log import EventLog
from infrastructure.mapper import EventMapper
from tests.recorded import ARRIVED, recorded, report

BODIES = {
    "JSON with a trailing newline": b' {"Object": {"Id": 1}}\r\n',
    "a byte order mark": b'\xef\xbb\xbf{"Object":{"Id":1}}',
    "UTF-16": '{"Object":{"Id":1,"Description":"Zoë"}}'.encode("utf-16"),
    "a NUL": b'{"Object":{"Id":1,"Description":"a\x00b"}}',
    "an escaped NUL": b'{"Object":{"Id":1,"Description":"a\\u0000b"}}',
    "an escaped lone surrogate": b'{"Object":{"Id":1,"Description":"\\ud83d"}}',
    "the bytes of a lone surrogate": b'{"Object":{"Id":1,"Description":"\xed\xa0\xbd"}}',
    "XML": b'<?xml version="1.0"?>\n<a xmlns="b">&#13;<![CDATA[\r\n]]></a>\n',
    "a form": b"Object.Id=1&Object.Description=a+b%20c&",
    "nothing": b"",
}
KEY = bytes(range(32))


def through(log: EventLog, mapper: EventMapper, event: RecordedEvent) -> RecordedEvent:
    """Store the event and read it back."""
    log.insert_events([mapper.to_stored_event(event)])
    [row] = log.select_events(event.originator_id)
    return mapper.to_domain_event(row)


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_comes_back_byte_for_byte(log: EventLog, mapper: EventMapper, body: bytes) -> None:
    content = ReportContent(body, document=body * 2)
    event = msgspec.structs.replace(report(body), content=content)
    assert through(log, mapper, recorded(event)).event == event
    quarantined = DeliveryQuarantined(bytes(32), "malformed", QuarantinedContent(body))
    assert through(log, mapper, recorded(quarantined)).event == quarantined


@given(body=st.binary(max_size=2_000))
@example(body=bytes(range(256)) * 40)
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_bytes_come_back(log: EventLog, mapper: EventMapper, body: bytes) -> None:
    event = report(body)
    assert through(log, mapper, recorded(event)).event == event


def sealed(event: WorkOrderReported) -> WorkOrderReported:
    plain = msgspec.msgpack.encode(event.content)
    cipher = AES.new(KEY, AES.MODE_GCM, nonce=bytes(12))
    ciphertext, tag = cipher.encrypt_and_digest(plain)
    return msgspec.structs.replace(event, content=SealedContent(uuid4(), ciphertext + tag))


def unsealed(content: SealedContent) -> ReportContent:
    cipher = AES.new(KEY, AES.MODE_GCM, nonce=bytes(12))
    plain = cipher.decrypt_and_verify(content.ciphertext[:-16], content.ciphertext[-16:])
    return msgspec.msgpack.decode(plain, type=ReportContent)


def test_sealed_and_clear_content_stand_side_by_side(log: EventLog, mapper: EventMapper) -> None:
    stream, clear = uuid4(), report(b'{"Object":{"Id":1,"Caller":"Ms Clear"}}', reported_at=ARRIVED)
    hidden = sealed(report(b'{"Object":{"Id":1,"Caller":"Ms Hidden"}}', reported_at=ARRIVED))
    events = [recorded(clear, stream, 1), recorded(hidden, stream, 2), recorded(clear, stream, 3)]
    log.insert_events([mapper.to_stored_event(event) for event in events])

    rows = log.select_events(stream)
    read = [mapper.to_domain_event(row).event for row in rows]
    assert read == [clear, hidden, clear]
    assert isinstance(hidden.content, SealedContent)
    assert [row.data_key_id for row in rows] == [None, hidden.content.data_key_id, None]
    assert b"Ms Clear" in rows[0].state
    assert b"Ms Hidden" not in rows[1].state
    found = read[1]
    assert isinstance(found, WorkOrderReported)
    assert isinstance(found.content, SealedContent)
    assert unsealed(found.content).body == b'{"Object":{"Id":1,"Caller":"Ms Hidden"}}'


def test_what_is_in_clear_is_read_without_the_key(log: EventLog, mapper: EventMapper) -> None:
    hidden = sealed(report(reported_at=ARRIVED))
    found = through(log, mapper, recorded(hidden))
    assert isinstance(found.event, WorkOrderReported)
    assert (found.event.digest, found.event.reported_at) == (hidden.digest, hidden.reported_at)
    assert found.metadata.sender == "default"
