"""A history as the JSON document that the command line and the API share."""

from collections.abc import Sequence

from application.histories import Period
from application.surroundings import Surroundings, state_document
from domain.absences import absence_document
from domain.activity import (
    ActivityOpened,
    ActivityReleased,
    WorkOrderReported,
    WorkOrderReportRepeated,
)
from domain.client import Client
from domain.history import Content, History, Moment, Told
from domain.reconciliation import WorkOrderReconciled
from domain.record import Event, RecordedEvent
from domain.verdicts import verdict_of
from domain.work_order import path_text

Document = dict[str, object]


def history_document(
    client: Client,
    work_order_id: int,
    history: History,
    periods: Sequence[Period],
    surroundings: Surroundings,
) -> Document:
    """Return the document, in the members' order of the design's table of commands.

    Its `Links` tell what the activities of the history ever followed: the periods. Whose word is
    shown is a matter of the state alone: `Changes` are what each event changed of what was known.
    """
    return {
        "ClientId": client.id,
        "WorkOrderId": work_order_id,
        "ActivityId": history.activity_id,
        "Version": history.version,
        "State": state_document(client, history.work_order, surroundings),
        "Events": [_moment(moment) for moment in history.moments],
        "Links": [_period(period) for period in periods],
        "AssignedElsewhere": [absence_document(absence) for absence in surroundings.absences],
    }


def _period(period: Period) -> Document:
    return {
        "ActivityId": period.activity_id,
        "WorkOrderId": period.work_order_id,
        "FromPosition": period.from_position,
        "OpenedAt": period.opened_at,
        "ToPosition": period.to_position,
        "ReleasedAt": period.released_at,
    }


def _moment(moment: Moment) -> Document:
    recorded, event = moment.recorded, moment.recorded.event
    reported = event if isinstance(event, WorkOrderReported) else None
    digest = getattr(event, "digest", None)
    return {
        "Position": recorded.position,
        "Version": recorded.originator_version,
        "Name": type(event).__name__,
        "ArrivedAt": recorded.arrived_at,
        "RecordedAt": recorded.recorded_at,
        "ReportedAt": event.reported_at if isinstance(event, Told) else None,
        "Late": moment.late,
        "Verdict": verdict_of(event),
        "EventType": reported.event_type if reported else None,
        "Action": reported.action if reported else None,
        "Actor": recorded.metadata.actor,
        "Sender": recorded.metadata.sender,
        "Signature": recorded.metadata.signature,
        "Origin": recorded.metadata.origin,
        "Digest": digest.hex() if isinstance(digest, bytes) else None,
        "Changes": [
            {"Field": path_text(change.path), "From": change.before, "To": change.after}
            for change in moment.changes
        ],
        "Warnings": _warnings(recorded),
        **_particulars(event),
    }


def _warnings(recorded: RecordedEvent) -> list[Document]:
    event = recorded.event
    if not isinstance(event, Told):
        return []
    if isinstance(event.content, Content):
        return [{"Kind": told.kind, "Member": told.member} for told in event.content.warnings]
    return [{"Kind": kind, "Member": None} for kind in event.warnings]


def _particulars(event: Event) -> Document:
    match event:
        case WorkOrderReportRepeated():
            return {"Repeats": event.repeats}
        case WorkOrderReconciled():
            return {
                "FileDigest": event.file_digest.hex(),
                "Line": event.line,
                "Record": event.record,
            }
        case ActivityOpened():
            return {
                "ActivityId": event.activity_id,
                "Cause": event.cause,
                "Reason": event.reason,
            }
        case ActivityReleased():
            return {"ActivityId": event.activity_id, "Reason": event.reason}
        case _:
            return {}
