"""The sender's own account: what was sent, how often, and what each answer said."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Lock
from typing import Final
from uuid import UUID

from domain.activity import MOST_RECENT_REPORTS
from domain.identity import activity_stream, quarantine_stream

# A command may be carried out long after its 503; the head must still know the report by then.
_MOST_REPORTS: Final = MOST_RECENT_REPORTS - 4
_HOT: Final = 3
_PLACES: Final = 40


@dataclass(frozen=True)
class Answer:
    """What came back for one sending."""

    status: int
    verdict: str | None = None
    activity_id: int | None = None


@dataclass
class Delivery:
    """One body, for one work order or, to be set aside, for none."""

    work_order_id: int | None
    body: bytes
    digest: str
    sends: int = 0
    answers: list[Answer] = field(default_factory=list)

    @property
    def acknowledgements(self) -> int:
        """How many sendings were answered 200."""
        return sum(answer.status == 200 for answer in self.answers)

    def stream(self, client_id: UUID) -> UUID:
        """Return the stream on which it belongs."""
        if self.work_order_id is None:
            return quarantine_stream(client_id, bytes.fromhex(self.digest))
        return activity_stream(client_id, self.work_order_id)


class Ledger:
    """Every delivery of one run; used by many threads."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.acknowledged_by: Counter[str] = Counter()
        self._lock = Lock()
        self._last_work_order = 0
        self._places: list[tuple[int, int]] = [(0, 0)] * _PLACES

    def new_delivery(
        self, random: Random, work_order_id: int | None = None, size: int = 0
    ) -> Delivery:
        """Return a body that no other one equals, with a reported time; `size` bytes are added."""
        with self._lock:
            if work_order_id is None:
                work_order_id = self._choose(random)
            filling = random.randbytes(size // 2).hex()
            return self._add(work_order_id, _body(work_order_id, len(self.deliveries), filling))

    def new_aside(self) -> Delivery:
        """Return a body that no other one equals, and that tells of no work order."""
        with self._lock:
            told = {"EventType": "InvoiceCreated", "Object": {"Id": len(self.deliveries)}}
            return self._add(None, json.dumps(told).encode())

    def adopt(self, delivery: Delivery) -> None:
        """Take in a delivery that did not come over HTTP."""
        with self._lock:
            self.deliveries.append(delivery)

    def new_work_order(self) -> int:
        """Return a work order that nothing else is sent to."""
        with self._lock:
            return self._fresh()

    def sending(self, delivery: Delivery) -> None:
        """Note that the body leaves now."""
        with self._lock:
            delivery.sends += 1

    def answered(self, delivery: Delivery, node: str, answer: Answer) -> None:
        """Note what a node answered."""
        with self._lock:
            delivery.answers.append(answer)
            if answer.status == 200:
                self.acknowledged_by[node] += 1

    def write(self, path: Path) -> None:
        """Write one JSON object per delivery."""
        with path.open("w", encoding="utf-8") as file:
            for it in self.deliveries:
                answers = [[a.status, a.verdict, a.activity_id] for a in it.answers]
                told = {"Digest": it.digest, "WorkOrderId": it.work_order_id, "Sends": it.sends}
                file.write(json.dumps({**told, "Answers": answers}) + "\n")

    def _add(self, work_order_id: int | None, body: bytes) -> Delivery:
        delivery = Delivery(work_order_id, body, hashlib.sha256(body).hexdigest())
        self.deliveries.append(delivery)
        return delivery

    def _choose(self, random: Random) -> int:
        """Return one of three hot work orders or of many others, each replaced when it is full."""
        place = random.randrange(_HOT) if random.random() < 0.6 else random.randrange(_PLACES)
        work_order_id, left = self._places[place]
        if left == 0:
            most = _MOST_REPORTS if place < _HOT else _MOST_REPORTS // 4
            work_order_id, left = self._fresh(), most
        self._places[place] = work_order_id, left - 1
        return work_order_id

    def _fresh(self) -> int:
        self._last_work_order += 1
        return self._last_work_order


def _body(work_order_id: int, number: int, filling: str) -> bytes:
    told = {
        "Object": {
            "Id": work_order_id,
            "Status": {"Primary": "IN PROGRESS"},
            "UpdatedDate_DTO": datetime.now(UTC).isoformat(),
            "Description": f"Delivery {number} {filling}",
        },
        "Type": "WoRootNotification",
        "Action": "UPDATE",
        "EventType": "WorkOrderUpdated",
    }
    return json.dumps(told).encode()
