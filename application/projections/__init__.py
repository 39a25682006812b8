"""The read models that follow the log: one pure fold each."""

from typing import Final

from application.projection import Projection
from application.projections.activity_search import ActivitySearch
from application.projections.current_activities import CurrentActivities
from application.projections.delivery_health import DeliveryHealth
from application.projections.timeline import Timeline

PROJECTIONS: Final[tuple[Projection, ...]] = (
    CurrentActivities(),
    ActivitySearch(),
    Timeline(),
    DeliveryHealth(),
)
