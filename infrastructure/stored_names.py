"""The permanent names under which events are stored."""

from typing import Final

import msgspec

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
from domain.log_epochs import LogRestored
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

STORED_NAMES: Final[dict[type[Event], str]] = {
    WorkOrderReported: "work-order.reported.v1",
    WorkOrderReportRepeated: "work-order.report-repeated.v1",
    WorkOrderReconciled: "work-order.reconciled.v1",
    ActivityOpened: "activity.opened.v1",
    ActivityReleased: "activity.released.v1",
    DeliveryQuarantined: "delivery.quarantined.v1",
    DeliveryQuarantinedAgain: "delivery.quarantined-again.v1",
    DeliveryReleased: "delivery.released.v1",
    DeliveryDiscarded: "delivery.discarded.v1",
    ClientRegistered: "client.registered.v1",
    SenderNamed: "client.sender-named.v1",
    SenderPreferred: "client.sender-preferred.v1",
    ProvidersNamed: "client.providers-named.v1",
    KeysIssued: "client.keys-issued.v1",
    KeysRetired: "client.keys-retired.v1",
    TokenIssued: "client.token-issued.v1",
    TokenRevoked: "client.token-revoked.v1",
    OpeningPolicyChosen: "client.opening-policy-chosen.v1",
    DeliveryRulesChosen: "client.delivery-rules-chosen.v1",
    AttemptsRefused: "client-traffic.attempts-refused.v1",
    PingsSeen: "client-traffic.pings-seen.v1",
    LogRestored: "log.restored.v1",
    DeliveriesTurnedAway: "client-traffic.deliveries-turned-away.v1",
}
"""Permanent: a changed meaning gets a new name beside the old one, never another class here."""

TOLD_NAMES: Final = {name: event_class.__name__ for event_class, name in STORED_NAMES.items()}
"""The names by which people are told of stored events."""

CONTENTS: Final[dict[type[Event], type[msgspec.Struct]]] = {
    WorkOrderReported: ReportContent,
    WorkOrderReconciled: ReconciledContent,
    DeliveryQuarantined: QuarantinedContent,
}
"""The classes of the contents that events have, the part that can be sealed."""
