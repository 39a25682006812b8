import json
import re
from typing import Any

import pytest

from interfaces.simulator.company import company
from interfaces.simulator.diary import Moment
from tests.interfaces.simulator.plays import a_plan, bodies, by_life, played

WHOLE = "Id Number PurchaseNumber SubscriberId ProviderId LocationId Status Priority Trade Nte"
CHANGED = f"{WHOLE} UpdatedBy UpdatedDate UpdatedDate_DTO CallDate ScheduledDate_DTO"
STAR = "Id SubscriberId ProviderId LocationId Trade Category UpdatedBy UpdatedDate_DTO"


@pytest.mark.parametrize(
    ("event_type", "required", "absent"),
    [
        ("WorkOrderCreated", f"{WHOLE} CallDate Description Source", "UpdatedDate_DTO WorkOrderId"),
        ("WorkOrderStatusChanged", CHANGED, "WorkOrderId Notes"),
        ("WorkOrderNteChanged", CHANGED, "WorkOrderId Notes"),
        ("WorkOrderScheduledDateChanged", CHANGED, "WorkOrderId Notes"),
        ("WorkOrderPriorityChanged", CHANGED, "WorkOrderId Notes"),
        ("WorkOrderDescriptionChanged", CHANGED, "WorkOrderId Notes"),
        ("WorkOrderProviderChanged", f"{CHANGED} ReassignDate", "WorkOrderId"),
        ("WorkOrderNoteAdded", f"{CHANGED} Notes", "WorkOrderId"),
        ("WorkOrderAttachmentAdded", f"{CHANGED} Attachments", "WorkOrderId"),
        ("WorkOrderStarAdded", STAR, "Status Number"),
        ("WorkOrderStarRemoved", STAR, "Status Number"),
        ("WorkOrderLabelAdded", "Id Labels UpdatedDate_DTO", "Status Number"),
        ("WorkOrderLabelDeleted", "Id Labels UpdatedDate_DTO", "Status Number"),
        ("WorkOrderTechnicianAssigned", "Id Technician", "Status Number"),
        ("WorkOrderTechnicianUnassigned", "Id Technician", "Status Number"),
        ("WorkOrderLinksAdded", "WorkOrderId LinkedWorkOrdersIds User", "Id Status Number"),
        ("WorkOrderLinksDeleted", "WorkOrderId LinkedWorkOrdersIds User", "Id Status Number"),
        ("WorkOrderCheckIn", "WorkOrderId WorkorderStatus Date DateDTO User", "Status Number"),
        ("WorkOrderCheckOut", "WorkOrderId WorkorderStatus Date DateDTO User", "Status Number"),
        ("InvoiceCreated", "Id WoTrackingNumber", "WorkOrderId Trade"),
        ("ProposalStatusChanged", "Id WoTrackingNumber", "WorkOrderId Trade"),
    ],
)
def test_every_event_carries_the_members_of_its_family(
    event_type: str, required: str, absent: str
) -> None:
    for body in bodies(event_type):
        members = body["Object"].keys()

        assert members >= set(required.split())
        assert not members & set(absent.split())


def test_a_star_event_carries_eight_members() -> None:
    assert {len(body["Object"]) for body in bodies("WorkOrderStarAdded")} == {8}


def test_no_member_is_null() -> None:
    assert not [d for d in played(a_plan()) if b":null" in d.moment.body]


def test_an_envelope_has_two_or_five_members() -> None:
    envelopes = {tuple(body) for body in bodies("WorkOrderStatusChanged")}

    assert envelopes == {
        ("Object", "EventType"),
        ("Object", "EventType", "Type", "Action", "Version"),
    }


@pytest.mark.parametrize(
    ("event_type", "action"),
    [("WorkOrderCreated", "NEW"), ("WorkOrderStatusChanged", "UPDATE")],
)
def test_a_whole_envelope_names_type_action_and_version(event_type: str, action: str) -> None:
    whole = [body for body in bodies(event_type) if len(body) == 5]

    assert {(body["Type"], body["Action"], body["Version"]) for body in whole} == {
        ("WoRootNotification", action, 1)
    }


def test_the_guide_form_is_zone_less_beside_dates_with_offset() -> None:
    for body in in_form("WorkOrderStatusChanged", members=2):
        subject = body["Object"]

        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", subject["ScheduledDate"])
        assert subject["ScheduledDate_DTO"].startswith(subject["ScheduledDate"])


def test_the_form_of_2024_is_in_utc_to_seven_digits() -> None:
    for body in in_form("WorkOrderStatusChanged", members=5):
        assert re.fullmatch(r"[\dT:-]{19}\.\d{7}Z", body["Object"]["CallDate"])


def test_an_update_date_has_seven_digits_and_an_offset() -> None:
    for body in bodies("WorkOrderStatusChanged"):
        assert re.fullmatch(r"[\dT:-]{19}\.\d{7}-0[457]:00", body["Object"]["UpdatedDate_DTO"])


@pytest.mark.parametrize(
    ("members", "status"),
    [(2, {"Primary": "OPEN", "Extended": ""}), (5, {"Primary": "OPEN"})],
)
def test_a_new_status_has_an_empty_extension_or_none(members: int, status: object) -> None:
    for body in in_form("WorkOrderCreated", members):
        assert body["Object"]["Status"] == status


def test_a_created_body_says_when_even_in_the_guide_form() -> None:
    for body in bodies("WorkOrderCreated"):
        assert body["Object"].keys() & {"CreatedDate_DTO", "CallDate_DTO"}


def test_a_visit_has_no_id_or_one_that_is_not_the_work_order() -> None:
    visits = [body["Object"] for body in bodies("WorkOrderCheckIn")]

    assert {visit.get("Id") == visit["WorkOrderId"] for visit in visits} == {False}
    assert {"Id" in visit for visit in visits} == {True, False}


def test_another_object_is_a_generic_notification() -> None:
    found = bodies("InvoiceCreated") + bodies("ProposalStatusChanged")

    assert {body["Type"] for body in found} == {"GenericRootNotification"}


def test_the_test_button_reports_one_work_order_with_fresh_dates() -> None:
    pressed = [json.loads(moment.body) for moment in buttons() if moment.body]

    assert {(body["Object"]["Id"], body["Object"]["Source"]) for body in pressed} == {
        (84409626, "WebhookTest")
    }
    assert {body["EventType"] for body in pressed} == {"WorkOrderCreated"}
    assert not {"Caller", "Nte", "UpdatedBy"} & pressed[0]["Object"].keys()
    assert len({body["Object"]["CallDate"] for body in pressed}) == len(pressed) > 1


def test_a_ping_is_empty_and_about_no_work_order() -> None:
    pings = [moment for moment in buttons() if not moment.body]

    assert {(moment.event_type, moment.work_order_id) for moment in pings} == {(None, None)}


def test_two_seeds_are_two_companies() -> None:
    assert company(1) != company(2)
    assert company(1).first_work_order_id != company(2).first_work_order_id


def in_form(event_type: str, members: int) -> list[Any]:
    found = [body for body in bodies(event_type) if len(body) == members]
    assert found
    return found


def buttons() -> list[Moment]:
    return [delivery.moment for delivery in by_life(played(a_plan()))[-1]]
