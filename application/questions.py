"""What programs ask of the record, all of it in one place."""

from application.aggregates import Aggregates
from application.current_states import CurrentStates
from application.feed import Feed
from application.histories import Histories
from application.ports import Links
from application.query_ports import ReadModelQueries
from application.surroundings import Lookout
from application.wakings import Wakings


class Questions:
    """The use cases that only read."""

    def __init__(
        self,
        queries: ReadModelQueries,
        aggregates: Aggregates,
        links: Links,
    ) -> None:
        self.links = links
        self.searches = queries.searches
        self.states = CurrentStates(aggregates, queries.kept_states)
        self.histories = Histories(aggregates, links)
        self.lookout = Lookout(aggregates, queries.recalls)
        log = queries.recorded_events
        self.feed = Feed(queries.timeline_events, log, aggregates, self.lookout)
        self.wakings = Wakings(queries.timeline_moves)
