"""Deliveries that no stream can take are kept, bytes and all."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application.aggregates import Aggregates
from application.quarantine import Quarantine
from domain.identity import quarantine_stream
from domain.metadata import Metadata
from domain.quarantine import (
    DeliveryQuarantined,
    DeliveryQuarantinedAgain,
    QuarantinedContent,
    QuarantineReason,
)
from tests.application.whole_log import WholeLog
from tests.recorded import ARRIVED

METADATA = Metadata("webhook", sender="default")
BODY = b"\xff\xfe{\x00\x00 no JSON at all\n"


@pytest.fixture
def quarantine(aggregates: Aggregates) -> Quarantine:
    return Quarantine(aggregates)


def arrived(body: bytes = BODY, reason: QuarantineReason = "malformed") -> DeliveryQuarantined:
    return DeliveryQuarantined(
        digest=hashlib.sha256(body).digest(),
        reason=reason,
        content=QuarantinedContent(body, "line 1, column 1: expected a value"),
        media_type="application/json",
    )


def test_a_delivery_is_kept_as_it_arrived(
    quarantine: Quarantine, whole_log: WholeLog, client_id: UUID
) -> None:
    quarantine.keep(client_id, arrived(), METADATA, ARRIVED)
    [kept] = whole_log.events()
    assert kept.event == arrived()
    assert kept.originator_id == quarantine_stream(client_id, hashlib.sha256(BODY).digest())
    assert (kept.client_id, kept.arrived_at, kept.metadata) == (client_id, ARRIVED, METADATA)


def test_the_same_bytes_again_are_a_repeat_that_says_why_they_were_kept(
    quarantine: Quarantine, whole_log: WholeLog, client_id: UUID
) -> None:
    quarantine.keep(client_id, arrived(), METADATA, ARRIVED)
    later = ARRIVED + timedelta(minutes=5)
    quarantine.keep(client_id, arrived(reason="unreadable"), METADATA, later)
    first, again = whole_log.events()
    assert again.event == DeliveryQuarantinedAgain("unreadable")
    assert (again.originator_id, again.originator_version) == (first.originator_id, 2)
    assert again.arrived_at == later


def test_other_bytes_and_other_clients_have_streams_of_their_own(
    quarantine: Quarantine, whole_log: WholeLog, client_id: UUID
) -> None:
    quarantine.keep(client_id, arrived(), METADATA, ARRIVED)
    quarantine.keep(client_id, arrived(BODY + b"\n"), METADATA, ARRIVED)
    quarantine.keep(uuid4(), arrived(), METADATA, ARRIVED)
    assert len({it.originator_id for it in whole_log.events()}) == 3
    assert all(isinstance(it.event, DeliveryQuarantined) for it in whole_log.events())


def test_the_same_bytes_many_times_at_once_are_each_on_record(
    quarantine: Quarantine, whole_log: WholeLog, client_id: UUID
) -> None:
    with ThreadPoolExecutor(10) as pool:
        for kept in [
            pool.submit(quarantine.keep, client_id, arrived(), METADATA, ARRIVED) for _ in range(20)
        ]:
            kept.result(timeout=20)
    events = whole_log.events()
    assert [type(it.event) for it in events] == [
        DeliveryQuarantined,
        *[DeliveryQuarantinedAgain] * 19,
    ]
    assert [it.originator_version for it in events] == list(range(1, 21))
