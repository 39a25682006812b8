"""The sender played against two server processes: nothing is lost and nothing doubled."""

import json
import os
from collections import Counter
from pathlib import Path

from infrastructure.database import Database
from tests.callers import Caller
from tests.processes import ROOM_FOR_ALL
from tests.proof import deliveries_on_record, prove_whole
from tests.running import Service

WORK_ORDERS = os.environ.get("WORKTRAIL_TEST_WORK_ORDERS", "40")


def test_every_acknowledged_delivery_is_in_the_log_exactly_once(
    schema_url: str, database: Database, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger"
    with Service(schema_url, tmp_path, ROOM_FOR_ALL).running("--workers", "2") as service:
        caller = Caller(service)
        url = f"{service.url}{caller.path}?" + "&".join(
            f"{name}={key}" for name, key in caller.query.items()
        )
        summary = service.json(
            "simulate", url, "--work-orders", WORK_ORDERS, "--ledger", str(ledger),
            "--duplicates", "0.1", "--late", "0.05",
        )  # fmt: skip
        acknowledged = [json.loads(line) for line in ledger.read_text().splitlines()]
        assert summary["Sent"] == summary["Acknowledged"] == len(acknowledged)
        assert summary["Repeated"] > 0
        assert (summary["Refused"], summary["Failed"]) == (0, 0)
        _assert_told_as_they_were(service, caller, acknowledged)
        caller.close()
    on_record = deliveries_on_record(prove_whole(database))
    reported = [line for line in acknowledged if line["Verdict"] in {"recorded", "test"}]
    repeated = [line for line in acknowledged if line["Verdict"] == "repeated"]
    assert on_record == Counter(
        [(line["Digest"], False) for line in reported]
        + [(line["Digest"], True) for line in repeated]
    )


def _assert_told_as_they_were(
    service: Service, caller: Caller, acknowledged: list[dict[str, object]]
) -> None:
    late = next(line for line in acknowledged if line["Late"] and line["WorkOrderId"])
    told = service.json(
        "history", str(caller.keys.client_id), "--work-order", str(late["WorkOrderId"])
    )
    # A second sending of it is on record under the same digest, and is never late itself.
    assert any(event["Late"] for event in told["Events"] if event["Digest"] == late["Digest"])
    work_orders = {line["WorkOrderId"] for line in acknowledged if line["Verdict"] == "repeated"}
    verdicts = [
        event["Verdict"]
        for work_order in list(work_orders)[:1]
        for event in service.json(
            "history", str(caller.keys.client_id), "--work-order", str(work_order)
        )["Events"]
    ]
    assert "repeated" in verdicts
