"""The line between a node and the database breaks."""

from random import Random
from typing import Final

from tests.faults.site import Site
from tests.waiting import until
from tests.wire import Fate

_A_STATEMENT: Final = 400
"""Bytes: an append is longer, and so is half of it a torn one."""


class LineTorn:
    """The connection breaks in the middle of a statement."""

    name, kills = "cut in mid-statement", False

    def strike(self, site: Site, random: Random) -> None:
        """Pass half a statement on, hang up, and now and then stay away for a moment."""
        before = site.wire.torn
        site.wire.tear_a_request(_A_STATEMENT)
        until(lambda: site.wire.torn > before, 20)
        if random.random() < 0.5:
            site.wire.cut()
            site.pause(random.random())
            site.wire.mend()


class CommitTorn:
    """The connection breaks around a COMMIT."""

    name, kills = "cut around COMMIT", False

    def strike(self, site: Site, random: Random) -> None:
        """Lose requests or answers of the next commits."""
        lost = [Fate.REQUEST_LOST, Fate.ANSWER_LOST]
        site.wire.commits_meet(*[random.choice(lost) for _ in range(random.randint(1, 3))])
        until(lambda: site.wire.fates_to_come == 0, 20)
