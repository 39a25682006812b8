"""All that is asked of the read models, on one pool of connections."""

from infrastructure.activity_searches import PostgresActivitySearches
from infrastructure.database import Database
from infrastructure.kept_states import PostgresKeptStates
from infrastructure.recalls import PostgresRecalls
from infrastructure.timeline_events import PostgresTimelineEvents, PostgresTimelineMoves


class PostgresQueries:
    """Reads the living generations."""

    def __init__(self, database: Database) -> None:
        self.searches = PostgresActivitySearches(database)
        self.kept_states = PostgresKeptStates(database)
        self.recalls = PostgresRecalls(database)
        self.timeline_events = PostgresTimelineEvents(database)
        self.timeline_moves = PostgresTimelineMoves(database)
