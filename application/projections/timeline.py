"""Timeline: every event of every activity, and what it changed. The change feed reads it."""

from collections.abc import Sequence
from typing import Final

from application.projections.activity_events import ACTIVITY_EVENTS
from application.read_model_ports import Row
from domain.activity import ActivityReleased
from domain.document import JsonValue, encode
from domain.history import Moment, Told
from domain.record import Event
from domain.verdicts import verdict_of
from domain.work_order import path_text


class Timeline:
    """One row for each event, at its position."""

    name: Final = "timeline"
    takes: Final[tuple[type[Event], ...]] = ACTIVITY_EVENTS
    wants: Final = None

    def rows(self, moments: Sequence[Moment]) -> list[Row]:
        """Return a row for each moment."""
        return [_row(moment) for moment in moments]


def _row(moment: Moment) -> Row:
    recorded, event, known = moment.recorded, moment.recorded.event, moment.after
    return (
        recorded.position,
        recorded.recorded_at,
        recorded.arrived_at,
        event.reported_at if isinstance(event, Told) else None,
        recorded.originator_id,
        recorded.client_id,
        known.work_order_id,
        recorded.originator_version,
        # What is released is told of the activity that it was.
        event.activity_id if isinstance(event, ActivityReleased) else known.activity_id,
        moment.late,
        type(event).__name__,
        verdict_of(event),
        recorded.metadata.sender,
        recorded.metadata.actor,
        changes_document(moment),
    )


def changes_document(moment: Moment) -> bytes:
    """Return the changes as UTF-8 JSON: `[{"Field": …, "From": …, "To": …}]`."""
    changes: list[JsonValue] = [
        {"Field": path_text(change.path), "From": change.before, "To": change.after}
        for change in moment.changes
    ]
    return encode(changes)
