"""Current activities: what is known of each, with the provenance of every field."""

from collections.abc import Sequence
from typing import Final

from application.known_states import pack
from application.projections.activity_events import ACTIVITY_EVENTS, last_of_each
from application.read_model_ports import Row
from domain.history import Moment
from domain.record import Event


class CurrentActivities:
    """One row for each activity's stream: the fold's own state, packed."""

    name: Final = "current_activities"
    takes: Final[tuple[type[Event], ...]] = ACTIVITY_EVENTS
    wants: Final = None

    def rows(self, moments: Sequence[Moment]) -> list[Row]:
        """Return stream, client, position, version and packed state."""
        return [
            (
                moment.recorded.originator_id,
                moment.recorded.client_id,
                moment.recorded.position,
                moment.after.version,
                pack(moment.after),
            )
            for moment in last_of_each(moments)
        ]
