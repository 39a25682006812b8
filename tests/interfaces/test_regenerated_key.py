"""The sender makes itself another signing key while its address still holds the old one."""

import json
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlencode

from domain.activity import WorkOrderReported, WorkOrderReportRepeated
from domain.record import RecordedEvent
from infrastructure.database import Database
from interfaces.simulator.company import company_signing_keys
from interfaces.simulator.schedule import span
from tests.callers import Caller
from tests.interfaces.simulator.plays import START, a_plan, played
from tests.proof import deliveries_on_record, prove_whole
from tests.running import Service

PLAN = a_plan(seed=7, work_orders=6)
KEYS = company_signing_keys(PLAN.seed)
SHARE = 0.3
REGENERATED_AT = PLAN.start + round(span(PLAN.work_orders) * SHARE)

Acknowledged: TypeAlias = list[dict[str, Any]]


def test_a_key_regenerated_mid_run_loses_nothing_is_warned_of_and_can_be_registered(
    schema_url: str, database: Database, tmp_path: Path
) -> None:
    with Service(schema_url, tmp_path).running() as service:
        caller = Caller(service)
        url = _address(caller, KEYS.first)
        acknowledged = _play(service, url, tmp_path / "ledger", SHARE, START.date().isoformat())
        events = _deliveries(database)
        assert deliveries_on_record(events) == _told(acknowledged)
        assert _signatures(events) == _signatures_to_expect(acknowledged)
        assert _warned_of(service, events) == [
            event.metadata.signature == "mismatch" for event in events
        ]

        url = _address(caller, KEYS.second)
        acknowledged = _play(service, url, tmp_path / "later", 0, "2026-02-02")
        later = _deliveries(database)[len(events) :]
        assert deliveries_on_record(later) == _told(acknowledged)
        assert {signature for _, signature in _signatures(later)} == {"verified"}
        assert not any(_warned_of(service, later))
        caller.close()


def _address(caller: Caller, signing_key: str) -> str:
    """Register the key that the sender made; returns the webhook's URL with it."""
    add = ("clients", "keys", "add", str(caller.keys.client_id), "--sender", "North")
    added = caller.service.command(*add, "--signing-key", "-", "--json", given=signing_key)
    assert added.returncode == 0, added.stderr
    query = {"accessKey": json.loads(added.stdout)["AccessKey"], "signingKey": signing_key}
    return f"{caller.service.url}{caller.path}?{urlencode(query)}"


def _play(service: Service, url: str, ledger: Path, share: float, start: str) -> Acknowledged:
    """Play in two processes and return the acknowledged reports; everything must be one."""
    summary = service.json(
        "simulate", url, "--seed", str(PLAN.seed), "--work-orders", str(PLAN.work_orders),
        "--start", start, "--workers", "2", "--ledger", str(ledger),
        "--regenerate-key-at", str(share),
    )  # fmt: skip
    acknowledged = [json.loads(line) for line in ledger.read_text().splitlines()]
    assert summary["Sent"] == summary["Acknowledged"] == len(acknowledged)
    return [line for line in acknowledged if line["Verdict"] in {"recorded", "test", "repeated"}]


def _told(acknowledged: Acknowledged) -> Counter[tuple[str, bool]]:
    return Counter((line["Digest"], line["Verdict"] == "repeated") for line in acknowledged)


def _deliveries(database: Database) -> list[RecordedEvent]:
    return [
        recorded
        for recorded in prove_whole(database)
        if isinstance(recorded.event, WorkOrderReported | WorkOrderReportRepeated)
    ]


def _signatures(deliveries: list[RecordedEvent]) -> Counter[tuple[str, str | None]]:
    return Counter(
        (recorded.event.digest.hex(), recorded.metadata.signature)
        for recorded in deliveries
        if isinstance(recorded.event, WorkOrderReported | WorkOrderReportRepeated)
    )


def _signatures_to_expect(acknowledged: Acknowledged) -> Counter[tuple[str, str | None]]:
    digests = {line["Digest"] for line in acknowledged}
    sent = [(sha256(delivery.moment.body).hexdigest(), delivery.at) for delivery in played(PLAN)]
    expected: Counter[tuple[str, str | None]] = Counter(
        (digest, "verified" if at < REGENERATED_AT else "mismatch")
        for digest, at in sent
        if digest in digests
    )
    assert {signature for _, signature in expected} == {"verified", "mismatch"}
    return expected


def _warned_of(service: Service, deliveries: list[RecordedEvent]) -> list[bool]:
    warnings = [line for line in service.log.read_text().splitlines() if "another key" in line]
    return [any(str(told.metadata.delivery_id) in w for w in warnings) for told in deliveries]
