"""Somebody holds the log's lock."""

from random import Random
from typing import Final

from infrastructure.event_log import EventLog
from tests.faults.site import Site
from tests.log_lock import waiting_writers

_HELD_SECONDS: Final = 10.0


class LockHeld:
    """The log's lock held by someone for 10 s."""

    name, kills = "lock held for 10 s", False

    def strike(self, site: Site, random: Random) -> None:
        """Hold it; meanwhile nobody may be told that anything was recorded."""
        with EventLog(site.database).locked() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            # What was committed before the lock was had is answered by then.
            site.pause(0.3)
            before = site.acknowledged
            site.pause(_HELD_SECONDS + random.random())
            assert waiting_writers(site.database) > 0
            assert site.acknowledged == before, "acknowledged while another held the lock"
