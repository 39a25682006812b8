"""All that tells of outages, on one pool of connections."""

from infrastructure.database import Database
from infrastructure.delivery_times import PostgresDeliveryTimes
from infrastructure.log_times import PostgresLogTimes
from infrastructure.past_statuses import PostgresPastStatuses
from infrastructure.process_runs import PostgresProcessRuns
from infrastructure.reported_states import PostgresReportedStates


class PostgresOutageRecord:
    """Reads runs, the log's times, and the living generations of the read models."""

    def __init__(self, database: Database) -> None:
        self.runs = PostgresProcessRuns(database)
        self.log_times = PostgresLogTimes(database)
        self.delivery_times = PostgresDeliveryTimes(database)
        self.statuses = PostgresPastStatuses(database)
        self.states = PostgresReportedStates(database)
