"""All that is asked of the read models, and of the log beside them, on one pool."""

from infrastructure.activity_searches import PostgresActivitySearches
from infrastructure.database import Database
from infrastructure.kept_states import PostgresKeptStates
from infrastructure.mapper import EventMapper
from infrastructure.recalls import PostgresRecalls
from infrastructure.recorded_events import PostgresRecordedEvents
from infrastructure.timeline_events import PostgresTimelineEvents, PostgresTimelineMoves


class PostgresQueries:
    """Reads the living generations."""

    def __init__(self, database: Database) -> None:
        self.searches = PostgresActivitySearches(database)
        self.kept_states = PostgresKeptStates(database)
        self.recalls = PostgresRecalls(database)
        self.timeline_events = PostgresTimelineEvents(database)
        self.recorded_events = PostgresRecordedEvents(database, EventMapper())
        self.timeline_moves = PostgresTimelineMoves(database)
