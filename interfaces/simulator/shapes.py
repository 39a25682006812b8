"""Bodies that carry the whole work order, and the envelope around every body.

Source: the vendor's event guide and deliveries captured in 2024. Members without a value are left
out, the previous value of a changed member is never told.
"""

from typing import TypeAlias

from domain.document import JsonValue, encode
from interfaces.simulator.dates import Instant, in_utc, with_offset, zone_less
from interfaces.simulator.work_order import Form, Person, WorkOrder

Payload: TypeAlias = dict[str, JsonValue]


def enveloped(form: Form, event_type: str, subject: Payload, action: str) -> bytes:
    """Return a work-order notification as it goes over the wire."""
    if form is Form.GUIDE:
        return encode({"Object": subject, "EventType": event_type})
    return encode(
        {
            "Object": subject,
            "EventType": event_type,
            "Type": "WoRootNotification",
            "Action": action,
            "Version": 1,
        }
    )


def created(order: WorkOrder) -> Payload:
    """Return the object of WorkOrderCreated.

    The guide's sample bears no date with an offset; `CreatedDate_DTO`, from the vendor's list of
    members, is added so that a play set in the past is not taken for something reported today.
    """
    whole = _whole(order)
    if order.form is Form.CURRENT:
        return whole
    return {
        "LinkedWorOrderIds": [],
        **whole,
        "UpdatedBy": {"Id": order.dispatcher.id},
        "AreaId": 3,
        "CreatedDate_DTO": offset_date(order, order.call_date),
        "Attachments": [],
    }


def updated(order: WorkOrder, at: Instant) -> Payload:
    """Return the object of a change: the whole work order as it now is, and who changed it when."""
    return {
        **_whole(order),
        "UpdatedBy": user(order, order.dispatcher),
        "UpdatedDate": plain_date(order, at),
        "UpdatedDate_DTO": offset_date(order, at),
    }


def parties(order: WorkOrder) -> Payload:
    """Return the three ids with which every object says who and where."""
    return {
        "SubscriberId": order.subscriber_id,
        "ProviderId": order.provider.id,
        "LocationId": order.site.id,
    }


def user(order: WorkOrder, person: Person) -> Payload:
    """Return a user as the form of this work order has it."""
    if order.form is Form.GUIDE:
        return {"Id": person.id}
    name = f"{person.name}{person.id % 1_000}@example.com"
    return {
        "Id": person.id,
        "AuthUserId": person.id % 100_000,
        "UserName": name,
        "FullName": "",
        "Email": name,
        "ProviderId": order.provider.id,
    }


def status(order: WorkOrder) -> Payload:
    """Return the status; one without extension has `""` in the guide's form, no member since."""
    if order.extended is None and order.form is Form.CURRENT:
        return {"Primary": order.primary}
    return {"Primary": order.primary, "Extended": order.extended or ""}


def plain_date(order: WorkOrder, at: Instant) -> str:
    """Return a date as members without `_DTO` have it: zone-less in the guide's form, or UTC."""
    if order.form is Form.GUIDE:
        return zone_less(at, order.site.offset_hours)
    return in_utc(at)


def offset_date(order: WorkOrder, at: Instant) -> str:
    """Return a date as `…_DTO` members have it."""
    return with_offset(at, order.site.offset_hours)


def _whole(order: WorkOrder) -> Payload:
    return {
        "Id": order.id,
        "Number": str(order.id),
        "PurchaseNumber": order.purchase_number,
        **parties(order),
        "ProviderName": order.provider.name,
        "LocationName": f"Site {order.site.store}",
        "LocationStoreId": order.site.store,
        "Status": status(order),
        "Caller": order.caller,
        "CreatedBy": order.caller,
        **_dates(order),
        "Priority": order.priority.name,
        "Trade": order.job.trade,
        "AssetType": order.job.asset_type,
        "ProblemType": order.job.asset_type,
        "Description": order.description,
        "Category": order.category,
        "Nte": order.nte,
        "CurrencyAlphabeticalCode": "USD",
        "ProblemCode": order.job.problem_code,
        **_where_known("Resolution", order.resolution),
        **_where_known("AssetId", order.asset_id),
        "Source": order.source,
        **_where_known("RecallWorkOrder", order.recall_work_order),
    }


def _dates(order: WorkOrder) -> Payload:
    dates: Payload = {"CallDate": plain_date(order, order.call_date)}
    if order.form is Form.CURRENT:
        dates["CallDate_DTO"] = offset_date(order, order.call_date)
    for name, at in (
        ("ScheduledDate", order.scheduled_date),
        ("ExpirationDate", order.expiration_date),
        ("CompletedDate", order.completed_date),
    ):
        if at is not None:
            dates[name] = plain_date(order, at)
            dates[f"{name}_DTO"] = offset_date(order, at)
    if order.reassign_date is not None:
        dates["ReassignDate"] = plain_date(order, order.reassign_date)
    return dates


def _where_known(name: str, value: JsonValue) -> Payload:
    return {} if value is None else {name: value}
