"""What was stored once and must be read for ever: a state for every stored name, and its meaning.

The states stand beside this file, one `<stored name>.hex` each. They are never written again: an
event that gets a new field still has to be read from them.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from domain.activity import (
    ActivityOpened,
    ActivityReleased,
    ReportContent,
    WorkOrderReported,
    WorkOrderReportRepeated,
)
from domain.client import (
    AttemptsRefused,
    ClientRegistered,
    DeliveryRulesChosen,
    KeysIssued,
    KeysRetired,
    OpeningPolicyChosen,
    PingsSeen,
    SenderNamed,
    TokenIssued,
    TokenRevoked,
)
from domain.log_epochs import LastActivityId, LogRestored
from domain.metadata import Metadata
from domain.notification import ReportWarning
from domain.quarantine import (
    DeliveryDiscarded,
    DeliveryQuarantined,
    DeliveryQuarantinedAgain,
    DeliveryReleased,
    QuarantinedContent,
)
from domain.reconciliation import ReconciledContent, WorkOrderReconciled
from domain.record import Event
from domain.sides import ProvidersNamed, SenderPreferred
from domain.turned_away import DeliveriesTurnedAway

_ID: Final = UUID("0192f0c1-7b1e-7c44-9a3b-5d6e7f809102")
_DIGEST: Final = bytes(range(32))
_HASH: Final = bytes(range(100, 132))
_MOMENT: Final = datetime(2025, 7, 8, 13, 12, 44, 123456, tzinfo=UTC)

METADATA: Final = Metadata(
    "webhook",
    sender="default",
    key_id=_ID,
    signature="verified",
    actor="operator",
    delivery_id=_ID,
    trace_id="4bf92f3577b34da6a3ce929d0e0e4736",
    headers={"user-agent": "ServiceChannel"},
)

EVENTS: Final[dict[str, Event]] = {
    "work-order.reported.v1": WorkOrderReported(
        digest=_DIGEST,
        media_type="application/xml; charset=utf-16",
        content=ReportContent(
            b"\xff\xfe<\x00a\x00/\x00>\x00\n\x00",
            b'{"Object":{"Id":7,"Nte":"a"}}',
            (ReportWarning("UnreadableMember", "Object.Nte"), ReportWarning("PossibleRepeat")),
        ),
        event_type="WorkOrderStatusChanged",
        action="UPDATE",
        reported_at=_MOMENT,
        verdict="test",
        warnings=("UnreadableMember", "PossibleRepeat"),
    ),
    "work-order.report-repeated.v1": WorkOrderReportRepeated(_DIGEST, 3),
    "work-order.reconciled.v1": WorkOrderReconciled(
        digest=_DIGEST,
        file_digest=_HASH,
        line=12,
        record=11,
        reported_at=_MOMENT,
        content=ReconciledContent(
            b'7;a;"07/08/2025 09:12 AM"\r\n',
            b'{"Id":7,"Nte":"a"}',
            (ReportWarning("UnreadableMember", "Object.Nte"), ReportWarning("ReportedInFuture")),
        ),
        warnings=("UnreadableMember", "ReportedInFuture"),
    ),
    "activity.opened.v1": ActivityOpened(2_147_483_647, "request", "asked for by Örs"),
    "activity.released.v1": ActivityReleased(42, "moved"),
    "delivery.quarantined.v1": DeliveryQuarantined(
        digest=_DIGEST,
        reason="unreadable",
        content=QuarantinedContent(b"\x00\xed\xa0\x80\r\n", "No work order can be read in it."),
        media_type="text/json",
        event_type="WorkOrderCreated",
    ),
    "delivery.quarantined-again.v1": DeliveryQuarantinedAgain("malformed"),
    "delivery.released.v1": DeliveryReleased(_ID, 9),
    "delivery.discarded.v1": DeliveryDiscarded("a test of ours"),
    "client.registered.v1": ClientRegistered(_ID, "Harbour Facilities", 1_000),
    "client.sender-named.v1": SenderNamed("provider side"),
    "client.sender-preferred.v1": SenderPreferred("provider side"),
    "client.providers-named.v1": ProvidersNamed((2_000_000_002, 2_098_000_002)),
    "client.keys-issued.v1": KeysIssued(_ID, "provider side", _DIGEST, _HASH, True),
    "client.keys-retired.v1": KeysRetired(_ID, _MOMENT),
    "client.token-issued.v1": TokenIssued(_ID, _HASH, "auditor", _MOMENT),
    "client.token-revoked.v1": TokenRevoked(_ID),
    "client.opening-policy-chosen.v1": OpeningPolicyChosen("on-first-report"),
    "client.delivery-rules-chosen.v1": DeliveryRulesChosen(True, False),
    "client-traffic.attempts-refused.v1": AttemptsRefused(_MOMENT, 12),
    "client-traffic.pings-seen.v1": PingsSeen(_MOMENT, 3),
    "log.restored.v1": LogRestored(
        epoch=3,
        restored_end=1_200,
        first_position=1_002_000_001,
        is_assumed=True,
        reason="the disk broke",
        activity_ids=(LastActivityId(_ID, 1_005_002),),
    ),
    "client-traffic.deliveries-turned-away.v1": DeliveriesTurnedAway(_MOMENT, 41),
}


def stored_state(name: str) -> bytes:
    """Return the state that was once stored under this name."""
    return bytes.fromhex((Path(__file__).parent / f"{name}.hex").read_text(encoding="ascii"))
