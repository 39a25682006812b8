"""A limit on the attempts that are refused, by the source they come from."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from domain.errors import WorktrailError

MOST_ATTEMPTS: Final = 600
"""From one source at once; each is forgotten after its share of a minute."""
MOST_SOURCES: Final = 10_000
_ATTEMPTS_A_SECOND: Final = MOST_ATTEMPTS / 60


class TooManyAttemptsError(WorktrailError):
    """Wrong keys have come too often from one source; right ones are taken all the same."""

    def __init__(self) -> None:
        super().__init__("Too many requests with wrong keys have come from this address.")


class RefusedAttempts:
    """Leaky buckets, one per source; `monotonic` tells seconds.

    Only what was refused for its keys is counted, so that whoever has the keys is never limited,
    even at the same address as somebody who guesses.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def has_room_for(self, source: str) -> bool:
        """Count one refused attempt, and say whether it was within the limit."""
        moment = self._monotonic()
        level, since = self._levels.pop(source, (0.0, moment))
        level = max(0.0, level - (moment - since) * _ATTEMPTS_A_SECOND)
        has_room = level + 1 <= MOST_ATTEMPTS
        self._levels[source] = (level + 1 if has_room else level, moment)
        if len(self._levels) > MOST_SOURCES:
            self._levels.popitem(last=False)
        return has_room
