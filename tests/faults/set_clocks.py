"""Clocks are set back."""

from random import Random
from typing import Final

from tests.faults.site import Site

_LEAP_SECONDS: Final = 60
"""Far less than the re-delivery window, which must span what a fault holds up."""


class ClockSetBack:
    """The database's clock set forward and back again, and a node's set back by an hour."""

    name, kills = "clock set back", False

    def strike(self, site: Site, random: Random) -> None:
        """Let some be recorded with each clock, and see that both were believed."""
        clock = f"{site.schema}.clock"
        events = f"{site.schema}.event_log"
        newest = f"SELECT recorded_at - clock_timestamp() FROM {events} ORDER BY position DESC"
        [(ahead,)] = site.postgres.ask(f"{newest} LIMIT 1")
        leap = max(ahead.total_seconds(), 0) + _LEAP_SECONDS
        site.clock_file.write_text("-3600")
        site.postgres.ask(f"UPDATE {clock} SET shift = interval '{leap} seconds'")
        site.flows(random.randint(3, 10))
        site.postgres.ask(f"UPDATE {clock} SET shift = interval '0'")
        site.flows(random.randint(3, 10))
        [(ahead,)] = site.postgres.ask(f"{newest} LIMIT 1")
        site.clock_file.write_text("0")
        assert ahead.total_seconds() > _LEAP_SECONDS / 2
        early = f"SELECT count(*) FROM {events} WHERE recorded_at - arrived_at > interval '59 min'"
        assert site.postgres.ask(early)[0][0] > 0
