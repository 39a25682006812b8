"""The event-sourcing library's own cases for recorders, run on our log."""

import pytest
from eventsourcing.tests import persistence as shipped

from infrastructure.database import Database
from infrastructure.event_log import EventLog


class TestApplicationRecorder(shipped.ApplicationRecorderTestCase[EventLog]):
    @pytest.fixture(autouse=True)
    def empty_log(self, database: Database) -> None:
        self._log = EventLog(database)

    def create_recorder(self) -> EventLog:
        return self._log

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingPositions(shipped.NonInterleavingNotificationIDsBaseCase):
    @pytest.fixture(autouse=True)
    def empty_log(self, database: Database) -> None:
        self._log = EventLog(database)

    def create_recorder(self) -> EventLog:
        return self._log
