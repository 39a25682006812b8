"""Which work order one body is about, if it is about one that can be read."""

import pytest
from hypothesis import given as whatever

from domain.document import JsonValue
from domain.notification import Notification, Subject, read
from tests.domain.strategies import bounded, notifications

OBJECT: dict[str, JsonValue] = {"Id": 7}


def told(members: dict[str, JsonValue], **envelope: JsonValue) -> Notification:
    return read({"Object": members, **envelope})


@pytest.mark.parametrize(
    ("members", "envelope", "work_order_id"),
    [
        pytest.param({"Id": 7}, {}, 7, id="the object's own id"),
        pytest.param({"Id": "7"}, {}, 7, id="as text"),
        pytest.param({"Id": 2**63 - 1}, {}, 2**63 - 1, id="64 bit"),
        pytest.param({"Id": 7}, {"Type": "WoRootNotification"}, 7, id="a work order's type"),
        pytest.param({"Id": 7}, {"Type": "SomethingNew"}, 7, id="an unknown type"),
        pytest.param({"Id": 7}, {"EventType": "WorkOrderTeleported"}, 7, id="an unknown event"),
        pytest.param({"Id": 7}, {"EventType": "WorOrderAttachmentAdded"}, 7, id="a misspelled one"),
        pytest.param({"Id": 7}, {"EventType": "RefrigerantWasUsedChanged"}, 7, id="no WorkOrder…"),
        pytest.param({"Id": 7}, {"EventType": 5, "Type": []}, 7, id="an envelope that is none"),
        pytest.param({"WorkOrderId": 7}, {"EventType": "WorkOrderCheckIn"}, 7, id="a check-in"),
        pytest.param(
            {"Id": 1, "WorkOrderId": 7}, {"EventType": "WorkOrderCheckOut"}, 7, id="a check-out"
        ),
        pytest.param(
            {"Id": 1, "WorkOrderId": 7}, {"EventType": "WorkOrderLinksAdded"}, 7, id="a link"
        ),
        pytest.param(
            {"WorkOrderId": 7}, {"Type": "GenericRootNotification"}, 7, id="a visit of generic type"
        ),
        pytest.param({"Id": 7, "WorkOrderId": None}, {}, 7, id="a null beside it"),
    ],
)
def test_which_work_order_is_meant(
    members: dict[str, JsonValue], envelope: dict[str, JsonValue], work_order_id: int
) -> None:
    notification = told(members, **envelope)

    assert notification.subject is Subject.WORK_ORDER
    assert notification.work_order_id == work_order_id
    assert notification.facts["Id",] == work_order_id


@pytest.mark.parametrize(
    "event_type",
    [
        "AssetCreated",
        "ChecklistSubmitted",
        "ContractChanged",
        "InvoiceApproved",
        "IssueListUpdated",
        "LeakRecordCreated",
        "LocationUpdated",
        "PrivateInvitationSent",
        "ProposalApproved",
        "ServiceProviderAdded",
        "SubscriberUpdated",
    ],
)
@pytest.mark.parametrize("members", [OBJECT, {"Id": 1, "WorkOrderId": 7}], ids=["Id", "both"])
def test_events_of_the_sender_s_other_objects_are_unrelated(
    event_type: str, members: dict[str, JsonValue]
) -> None:
    notification = told(members, EventType=event_type)

    assert (notification.subject, notification.work_order_id) == (Subject.UNRELATED, None)
    assert notification.event_type == event_type


def test_a_generic_notification_that_names_no_work_order_is_unrelated() -> None:
    assert told(OBJECT, Type="GenericRootNotification").subject is Subject.UNRELATED


@pytest.mark.parametrize(
    "tree",
    [
        pytest.param({}, id="no object"),
        pytest.param({"Object": None}, id="a null object"),
        pytest.param({"Object": "7"}, id="a text as object"),
        pytest.param({"Object": [{"Id": 7}]}, id="a list as object"),
        pytest.param({"Object": {}}, id="no id"),
        pytest.param({"Object": {"Number": "7"}}, id="a number only"),
        pytest.param({"Object": {"Id": "abc"}}, id="no integer"),
        pytest.param({"Object": {"Id": True}}, id="a boolean"),
        pytest.param({"Object": {"Id": 2**63}}, id="beyond 64 bit"),
        pytest.param({"Object": {"Id": 0}}, id="zero"),
        pytest.param({"Object": {"Id": -7}}, id="negative"),
        pytest.param({"Object": {"Id": 7, "WorkOrderId": "abc"}}, id="another is meant, but which"),
        pytest.param({"Object": OBJECT, "EventType": "WorkOrderCheckIn"}, id="a check-in's id"),
        pytest.param({"Object": OBJECT, "EventType": "WorkOrderCheckOut"}, id="a check-out's id"),
        pytest.param({"Object": OBJECT, "EventType": "BadgeScanRequired"}, id="a visit's id"),
    ],
)
def test_where_no_work_order_can_be_read(tree: dict[str, JsonValue]) -> None:
    notification = read(tree)

    assert notification.subject is Subject.UNREADABLE
    assert notification.work_order_id is None
    assert ("Id",) not in notification.facts


@pytest.mark.parametrize(
    ("source", "is_test"),
    [("WebhookTest", True), ("webhooktest", False), ("dashboard1775", False), (None, False)],
)
def test_the_sender_s_test_button_names_itself_as_the_source(
    source: str | None, is_test: bool
) -> None:
    assert told({"Id": 84409626, "Source": source}, EventType="WorkOrderCreated").is_test is is_test


def test_the_envelope_is_read_as_the_object_is() -> None:
    notification = read(
        {"Object": OBJECT, "Type": 5, "Action": "NEW", "EventType": [], "Version": "one"}
    )

    assert (notification.type, notification.action, notification.event_type) == ("5", "NEW", None)
    assert [warning.member for warning in notification.warnings] == ["EventType", "Version"]


@whatever(notifications)
@bounded
def test_nothing_is_raised_whatever_a_document_holds(tree: dict[str, JsonValue]) -> None:
    notification = read(tree)

    assert (notification.work_order_id is None) == (notification.subject is not Subject.WORK_ORDER)
    assert None not in notification.facts.values()
