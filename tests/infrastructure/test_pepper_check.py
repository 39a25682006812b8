"""The first pepper leaves its mark, and in silence only where no key can be older than it."""

import pytest

from infrastructure.database import Database
from infrastructure.event_log import EventLog
from infrastructure.pepper_check import OtherPepperError, check_pepper
from infrastructure.secrets import PepperedHash
from tests.recorded import stored

ONE, OTHER = PepperedHash("one"), PepperedHash("other")


def unmark(database: Database) -> None:
    """Make it as those of before there was a mark are once they are migrated."""
    with database.connection() as connection:
        connection.execute("DELETE FROM pepper_check")


def test_a_new_database_takes_the_first_pepper_in_silence_and_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    check_pepper(database, ONE)
    check_pepper(database, ONE)
    with pytest.raises(OtherPepperError):
        check_pepper(database, OTHER)
    assert caplog.messages == []


def test_a_database_that_has_events_but_no_mark_takes_the_first_pepper_and_says_so_once(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    EventLog(database).insert_events([stored()])
    unmark(database)
    check_pepper(database, ONE)
    check_pepper(database, ONE)
    [warning] = caplog.messages
    assert "did not say with which pepper it was made" in warning
    with pytest.raises(OtherPepperError):
        check_pepper(database, OTHER)


def test_the_right_pepper_is_taken_once_a_wrong_mark_was_taken_away(database: Database) -> None:
    EventLog(database).insert_events([stored()])
    unmark(database)
    check_pepper(database, OTHER)
    unmark(database)
    check_pepper(database, ONE)
