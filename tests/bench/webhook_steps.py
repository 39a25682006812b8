"""The steps of the service's own that one webhook takes, each timed alone."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from time import thread_time
from typing import Final, TypeVar
from uuid import UUID

from msgspec import msgpack

from application.activity_ids import BatchIds
from application.batch import Decided, decide
from application.deliveries import Delivery, entry_for
from application.entries import Entry
from application.journal_ports import LogEnd
from application.ports import ReadBody
from domain import gist
from domain.activity import Activity
from domain.client import Client
from domain.metadata import Metadata
from infrastructure import heads, log_rows
from infrastructure.clock import now
from infrastructure.event_ids import new_event_id
from infrastructure.mapper import EventMapper, NewRow
from interfaces.webhook.bodies import read_body
from interfaces.webhook.keys import PresentedKeys, take_keys
from interfaces.webhook.request import read_headers
from tests.bench.in_process import CLIENT_ID, KEY_ID, QUERY, REDELIVERY_WINDOW, SENDER, front_door
from tests.bench.without_kernel import HEADERS

_BATCH: Final = 32
_JSON: Final = "application/json"
_KEYS: Final = (b"accessKey", b"signingKey")
_NOW: Final = now()
_END: Final = LogEnd(1, _NOW)

_Given = TypeVar("_Given")


def reception_steps(bodies: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Return the seconds that all of the bodies take of the event loop's thread, by step."""
    door = front_door()
    prove = gist._plain_decoder.decode  # noqa: SLF001

    def keys(_: bytes) -> None:
        presented, _rest = take_keys(QUERY)
        if not isinstance(presented, PresentedKeys):
            raise presented
        door.recognise(CLIENT_ID, presented.access, presented.signing, _NOW)

    def two_comparisons(_: bytes) -> None:
        for name in _KEYS:
            value = QUERY[QUERY.index(name) :]
            hmac.compare_digest(value, value)

    return {
        "keys": _least(keys, bodies, rounds),
        "keys_floor": _least(two_comparisons, bodies, rounds),
        "headers": _least(lambda _: read_headers(HEADERS).check_encoding(), bodies, rounds),
        "headers_floor": _least(lambda _: [name for name, _ in HEADERS], bodies, rounds),
        "reading": _least(lambda body: read_body(_JSON, body), bodies, rounds),
        "reading_floor": _least(prove, bodies, rounds),
        "command": _least(_entry, _read(bodies), rounds),
        "command_floor": _least(lambda body: hashlib.sha256(body).digest(), bodies, rounds),
    }


def journal_steps(bodies: Sequence[bytes], rounds: int) -> dict[str, float]:
    """Return the seconds that all of the bodies take of the journal's Python, by step."""
    entries = [_entry(read) for read in _read(bodies)]
    batches = [entries[first : first + _BATCH] for first in range(0, len(entries), _BATCH)]
    undecided = [(batch, [entry.stream_id for entry in batch]) for batch in batches]
    decided = [_decide(*one) for one in undecided]
    mapper = EventMapper()
    stored = [[mapper.new_row(event) for event in one.events] for one in decided]

    def parameters(one: tuple[Sequence[NewRow], Decided]) -> None:
        log_rows.insert_parameters(_END, one[0])
        heads.upsert_parameters(one[1].heads)

    events = [event for one in decided for event in one.events]
    names = [event.originator_id.bytes * 2 for event in events]
    encode = msgpack.Encoder().encode

    steps = {
        "stream_id": _least(lambda entry: entry.stream_id, entries, rounds),
        "decision": _least(lambda one: _decide(*one), undecided, rounds),
        "stored_state": _least(mapper.new_row, events, rounds),
        "parameters": _least(parameters, list(zip(stored, decided, strict=True)), rounds),
    }
    floors = {
        "stream_id_floor": _least(
            lambda name: hashlib.sha1(name, usedforsecurity=False).digest(), names, rounds
        ),
        "decision_floor": _least(lambda _: new_event_id(), events, rounds),
        "stored_state_floor": _least(lambda recorded: encode(recorded.event), events, rounds),
        "parameters_floor": _least(
            lambda rows: b"".join([row.state for row in rows]), stored, rounds
        ),
    }
    return {"journal": sum(steps.values()), **steps, **floors}


def _least(step: Callable[[_Given], object], given: Sequence[_Given], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = thread_time()
        for one in given:
            step(one)
        took.append(thread_time() - began)
    return min(took)


def _read(bodies: Sequence[bytes]) -> list[tuple[Delivery, ReadBody]]:
    client, arrived_at = Client(client_id=CLIENT_ID), now()
    metadata = [
        Metadata("webhook", sender=SENDER, key_id=KEY_ID, delivery_id=new_event_id())
        for _ in bodies
    ]
    return [
        (Delivery(client, body, _JSON, arrived_at, told), read_body(_JSON, body))
        for body, told in zip(bodies, metadata, strict=True)
    ]


def _entry(read: tuple[Delivery, ReadBody]) -> Entry:
    delivery, body = read
    told = body.gist
    if told is None or told.work_order_id is None:
        raise ValueError("the body reports no work order")
    return entry_for(delivery, told, told.work_order_id, body.document, REDELIVERY_WINDOW)


def _decide(batch: Sequence[Entry], streams: Sequence[UUID]) -> Decided:
    nothing_yet = dict.fromkeys(streams, Activity())
    return decide(batch, streams, nothing_yet, BatchIds({}, {}), _END, new_event_id)
