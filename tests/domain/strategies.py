"""What may be on record, for the tests of rules that hold whatever is.

Values are drawn from so few that equal ones, and so ties, are frequent.
"""

from datetime import timedelta
from decimal import Decimal
from itertools import accumulate
from typing import TypeVar
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

from domain.activity import (
    ActivityEvent,
    ActivityOpened,
    ActivityReleased,
    ReportContent,
    WorkOrderReported,
    WorkOrderReportRepeated,
)
from domain.client import (
    AttemptsRefused,
    ClientEvent,
    ClientRegistered,
    KeysIssued,
    KeysRetired,
    OpeningPolicyChosen,
    PingsSeen,
    SenderNamed,
    TokenIssued,
    TokenRevoked,
)
from domain.document import JsonValue
from domain.members import BEYOND, ENVELOPE, NOTE, STATUS, WORK_ORDER
from domain.metadata import SealedContent
from domain.notification import Path
from domain.quarantine import (
    DeliveryDiscarded,
    DeliveryQuarantined,
    DeliveryQuarantinedAgain,
    DeliveryReleased,
    QuarantinedContent,
    QuarantineEvent,
)
from domain.reconciliation import ReconciledContent, WorkOrderReconciled
from domain.sides import ProvidersNamed, SenderPreferred
from domain.work_order import Report
from tests.domain.given import NOON, Past

Event = TypeVar("Event")

bounded = settings(deadline=None, max_examples=30)

moments = st.integers(-3, 3).map(lambda minutes: NOON + timedelta(minutes=minutes))
activity_ids = st.integers(1, 3)
uuids = st.integers(1, 3).map(lambda number: UUID(int=number))
digests = st.sampled_from([b"a" * 32, b"b" * 32, b"c" * 32])
sealed = st.just(SealedContent(UUID(int=9), b"sealed"))

activity_events: st.SearchStrategy[ActivityEvent] = st.one_of(
    st.builds(
        WorkOrderReported,
        digests,
        st.just("application/json"),
        st.just(ReportContent(b"{}")) | sealed,
        reported_at=st.none() | moments,
        verdict=st.sampled_from(["recorded", "test"]),
    ),
    st.builds(WorkOrderReportRepeated, digests, activity_ids),
    st.builds(
        WorkOrderReconciled,
        digests,
        digests,
        activity_ids,
        activity_ids,
        moments,
        st.just(ReconciledContent(b"{}")) | sealed,
    ),
    st.builds(ActivityOpened, activity_ids, st.sampled_from(["request", "policy"])),
    st.builds(ActivityReleased, activity_ids),
)

quarantine_events: st.SearchStrategy[QuarantineEvent] = st.one_of(
    st.builds(
        DeliveryQuarantined,
        digests,
        st.sampled_from(["malformed", "unreadable", "unrelated"]),
        st.just(QuarantinedContent(b"?")) | sealed,
    ),
    st.builds(DeliveryQuarantinedAgain, st.just("malformed")),
    st.builds(DeliveryReleased, uuids, activity_ids),
    st.builds(DeliveryDiscarded, st.just("spam")),
)

senders = st.sampled_from(["default", "north"])
client_events: st.SearchStrategy[ClientEvent] = st.one_of(
    st.builds(ClientRegistered, uuids, st.just("Acme"), activity_ids),
    st.builds(SenderNamed, senders),
    st.builds(SenderPreferred, st.none() | senders),
    st.builds(ProvidersNamed, st.lists(activity_ids, max_size=2).map(tuple)),
    st.builds(KeysIssued, uuids, senders, digests, digests, st.booleans()),
    st.builds(KeysRetired, uuids, moments),
    st.builds(TokenIssued, uuids, digests, st.just("auditor"), moments),
    st.builds(TokenRevoked, uuids),
    st.builds(OpeningPolicyChosen, st.sampled_from(["on-request", "on-first-report"])),
    st.builds(AttemptsRefused, moments, activity_ids, st.sampled_from(["", "192.0.2.1"])),
    st.builds(PingsSeen, moments, activity_ids),
)

seconds_between = st.sampled_from([0, 0, 0, 1, 3_600, 43_200, 86_400, 86_401])


def pasts(events: st.SearchStrategy[Event]) -> st.SearchStrategy[list[Past[Event]]]:
    """Any events in any order, each recorded no earlier than the one before it."""
    return st.lists(st.tuples(events, seconds_between), max_size=12).map(_dated)


def _dated(steps: list[tuple[Event, int]]) -> list[Past[Event]]:
    elapsed = accumulate(seconds for _, seconds in steps)
    return [
        Past(event, NOON + timedelta(seconds=seconds))
        for (event, _), seconds in zip(steps, elapsed, strict=True)
    ]


texts = st.sampled_from(["", " ", "a", "7", "true", "2025-07-08T09:12:44Z", "WebhookTest"])
numbers = st.sampled_from([-1, 0, 1, 7, 2**63, 10**30, Decimal("1.50"), Decimal("1E+999999")])
scalars: st.SearchStrategy[JsonValue] = st.one_of(st.none(), st.booleans(), numbers, texts)
json_values: st.SearchStrategy[JsonValue] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


def _some_of(
    names: dict[str, object], values: st.SearchStrategy[JsonValue]
) -> st.SearchStrategy[dict[str, JsonValue]]:
    return st.dictionaries(st.sampled_from([*names, "Technician", "Label"]), values, max_size=8)


statuses = _some_of({**STATUS}, json_values)
note_lists = st.lists(json_values | _some_of({**NOTE}, json_values), max_size=3)
objects = _some_of({**WORK_ORDER, **BEYOND}, json_values | statuses | note_lists)
notifications = _some_of({**ENVELOPE}, json_values | objects)
"""Documents in the contract's names with anything in them."""

nested = st.dictionaries(st.sampled_from(["Id", "Name"]), json_values, max_size=2)
facts: st.SearchStrategy[dict[Path, JsonValue]] = st.fixed_dictionaries(
    {},
    optional={
        ("Description",): texts,
        ("ProviderId",): st.sampled_from([5, 6]),
        ("Status",): st.fixed_dictionaries({"Primary": texts, "Extended": st.none() | texts}),
        ("Notes", 7, "NoteData"): texts,
        ("Notes", 8, "NoteData"): texts,
        ("Beyond", "Technician"): nested,
        ("Beyond", "Labels"): st.lists(nested, max_size=2),
    },
)
histories = st.lists(
    st.tuples(moments, st.none() | moments, st.sampled_from(["default", "north"]), facts),
    max_size=6,
).map(
    lambda told: [
        Report(version, arrived_at, reported_at, sender, said)
        for version, (arrived_at, reported_at, sender, said) in enumerate(told, start=1)
    ]
)
"""The reports of one work order, in the order in which they were recorded."""
