"""What a delivery was found to be, as its event says."""

from domain.activity import WorkOrderReported, WorkOrderReportRepeated
from domain.record import Event


def verdict_of(event: Event) -> str | None:
    """Return what a delivery was found to be, `None` of other events."""
    match event:
        case WorkOrderReported():
            return event.verdict
        case WorkOrderReportRepeated():
            return "repeated"
        case _:
            return None
